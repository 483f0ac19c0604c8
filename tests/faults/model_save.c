/* SPDX-License-Identifier: MIT
 * Saves the model of a run, as a program that is not the command line tool does; ends with the status of the
 * call.
 *
 *   model_save RUN_DIR FILE */
#include <fcntl.h>
#include <stdio.h>

#include "runforge/runforge.h"

int main(int count, char** arguments) {
  rf_run* run = NULL;
  rf_model* model = NULL;
  rf_status status;
  if (count != 3) return 64;
  /* Tells tests/faults/faults.py where the program begins, as the tool's first call does. */
  (void)fcntl(0, F_GETFD);
  status = rf_run_open(arguments[1], &run, NULL);
  if (status == RF_OK) status = rf_run_model(run, &model, NULL);
  if (status == RF_OK) status = rf_model_save(model, arguments[2], NULL);
  rf_model_free(model);
  rf_run_free(run);
  return (int)status;
}
