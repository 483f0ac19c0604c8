// SPDX-License-Identifier: MIT
// One function per command. Each prints its result on standard output or throws a Failure.
#pragma once

#include "options.hpp"

namespace rf::tool {

void run_train(const TrainArguments& arguments);
void run_inspect(const InspectArguments& arguments);
void run_show(const ShowArguments& arguments);
void run_predict(const PredictArguments& arguments);
void run_verify(const VerifyArguments& arguments);
void run_reproduce(const ReproduceArguments& arguments);
void run_keygen(const KeygenArguments& arguments);
void run_sign(const SignArguments& arguments);
void run_diff(const DiffArguments& arguments);
void run_schema(const SchemaArguments& arguments);

}  // namespace rf::tool
