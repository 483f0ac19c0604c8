// SPDX-License-Identifier: MIT
// Makes model handles; shared by the entries that load a model and the one that takes it from a run.
#pragma once

#include <memory>

#include "handles.hpp"

namespace rf::c {

rf_model* new_model(std::shared_ptr<const artifact::LoadedModel> loaded);

}  // namespace rf::c
