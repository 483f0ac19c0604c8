// SPDX-License-Identifier: MIT
// The words of the help texts. Layout and option names come from options.cpp.
#pragma once

#include <string>
#include <string_view>

namespace rf::tool {

/// "runforge train --data FILE [OPTIONS]" for "train"; the program's own line for "".
inline std::string usage_line(std::string_view command) {
  if (command == "train" || command == "inspect")
    return "runforge " + std::string(command) + " --data FILE [OPTIONS]";
  if (command == "show") return "runforge show RUN_DIR [--json]";
  if (command == "predict") return "runforge predict --model RUN_DIR|FILE --data FILE [OPTIONS]";
  if (command == "verify") return "runforge verify RUN_DIR [--data FILE] [--pubkey FILE]... [OPTIONS]";
  if (command == "reproduce") return "runforge reproduce RUN_DIR --data FILE [OPTIONS]";
  if (command == "keygen") return "runforge keygen --out FILE | --public-of FILE";
  if (command == "sign") return "runforge sign RUN_DIR --key KEYFILE [--data FILE]";
  if (command == "diff") return "runforge diff RUN_A RUN_B [--json]";
  if (command == "schema") return "runforge schema [NAME]";
  return "runforge COMMAND [OPTIONS]";
}

}  // namespace rf::tool

namespace rf::tool::help {

inline constexpr char kProgram[] =
    "RunForge trains models on tabular data and leaves a complete record:\n"
    "same data, configuration and seed give the same bytes, on any machine.";
inline constexpr char kProgramFooter[] =
    "\nRun `runforge COMMAND --help` for details.\n"
    "\nExamples:\n"
    "  runforge inspect --data titanic.csv --label Survived\n"
    "  runforge train --data titanic.csv --label Survived --missing fill\n"
    "  runforge show runs/20240101-120000-abc12345\n"
    "  runforge predict --model runs/20240101-120000-abc12345 --data new.csv\n"
    "\nExit status: 0 success, 2 configuration or usage, 3 data, 4 input or output, 5 memory,\n"
    "6 cancelled, 7 numeric, 8 integrity, 9 not supported, 10 a limit, 11 exists already,\n"
    "12 data and model or record do not belong together, 100 a bug of RunForge.\n";

inline constexpr char kHelp[] = "Show this text";

inline constexpr char kTrain[] = "Train a model on a CSV file and write its record";
inline constexpr char kTrainFooter[] =
    "\nFamilies: "
#include "families.inc"
    ".\n"
    "Their parameters, ranges and defaults: runforge schema train_config.v1\n"
    "\nExamples:\n"
    "  runforge train --data iris.csv --label species\n"
    "  runforge train --data titanic.csv --label Survived --model random_forest \\\n"
    "      --missing fill --ignore PassengerId --param n_estimators=300\n"
    "  runforge train --data diabetes.csv --label progression --task regression\n";
inline constexpr char kData[] =
    "CSV file with a header; the first row names the columns.\nMay be compressed (gzip, zstd); - is standard "
    "input";
inline constexpr char kLabel[] = "Column to predict; \"label\" unless given";
inline constexpr char kTask[] = "classification (default) or regression";
inline constexpr char kModel[] =
    "Model family; logistic_regression unless given,\nridge_regression for regression";
inline constexpr char kIgnore[] = "Leave a column out; may be given several times";
inline constexpr char kMissing[] =
    "Rows that lack a value: drop_rows (default), fill with\nstatistics of the training rows, native (tree "
    "families)\n"
    "or error; NAME=POLICY for one column, as often as needed";
inline constexpr char kRole[] =
    "What a column is used as: feature, ignored, weight, group\nor time; may be given several times";
inline constexpr char kWeight[] = "Column of the sample weights";
inline constexpr char kSplit[] =
    "How rows are set apart for validation: shuffle,\nstratified_shuffle, group, time, or "
    "predefined=NAME,\nthe "
    "column that says train or validation";
inline constexpr char kGroup[] = "Column whose rows of one value stay together; the split is\nthen group";
inline constexpr char kTime[] = "Column by which the latest rows validate; the split is\nthen time";
inline constexpr char kKind[] = "Kind of a column: numeric, boolean or category; may be\ngiven several times";
inline constexpr char kDelimiter[] =
    "What separates the cells: comma, semicolon, tab or any\ncharacter; found in the file unless given";
inline constexpr char kComment[] = "Lines that begin with this text are no records";
inline constexpr char kSkipRows[] = "Lines before the table, such as a title";
inline constexpr char kNoHeader[] =
    "The first record holds no names; the columns become\ncolumn_1, column_2 and so on";
inline constexpr char kMissingToken[] =
    "Another text that means a missing value; may be given\nseveral times";
inline constexpr char kConfig[] =
    "JSON object with the members \"dataset\" and \"train\"\n"
    "(dataset_options.v1, train_config.v1); flags override\nsingle keys of it";
inline constexpr char kParam[] = "Parameter of the model family; may be given several times";
inline constexpr char kProfile[] = "Named set of parameters: default, fast or thorough";
inline constexpr char kSeed[] = "Seed of the split and all other random choices; 42 unless given";
inline constexpr char kTrainOut[] = "Where the run directory is made; \"runs\" unless given";
inline constexpr char kTimestamp[] =
    "Time of the record, as 2024-01-01T12:00:00Z; else\nSOURCE_DATE_EPOCH from the environment, else now";
inline constexpr char kNoExecutionDetails[] =
    "Leave host, paths, versions and timings out of\nexecution.v1.json";
inline constexpr char kThreads[] = "Threads to use; all cores unless given. Never changes a result";
inline constexpr char kTrainJson[] = "Print one JSON object instead of text";
inline constexpr char kQuiet[] = "Print nothing but errors";

inline constexpr char kVerify[] = "Check offline that a record holds together";
inline constexpr char kVerifyFooter[] =
    "\nLayers: files (each matches its schema, none is missing or foreign), digests, meaning (metrics,\n"
    "ranks and settings follow from each other), data (with --data: all that needs no training is made\n"
    "again), signatures. VERIFIED needs the data and a key; what was not checked is said. Exit status 8\n"
    "when a layer fails or a signature that was asked for is missing, 12 for other data, 9 for a record\n"
    "of a version that this one does not know: then there is no verdict.\n"
    "\nExamples:\n"
    "  runforge verify runs/20240101-120000-abc12345\n"
    "  runforge verify runs/20240101-120000-abc12345 --data titanic.csv --pubkey author.key.pub\n"
    "  runforge verify runs/20240101-120000-abc12345 --recorded-by author.key.pub \\\n"
    "      --reproduced-by reviewer.key.pub\n";
inline constexpr char kVerifyRun[] = "Run directory that train wrote";
inline constexpr char kVerifyData[] = "The data it was trained on; read as the record says";
inline constexpr char kVerifyPubkey[] =
    "Public key that must have signed, whatever it says\n(FILE.pub of keygen, or PEM); may be given several "
    "times";
inline constexpr char kVerifyRecordedBy[] =
    "Public key that must have recorded the run: trained it and\nsigned";
inline constexpr char kVerifyReproducedBy[] = "Public key that must have trained again and got the same";
inline constexpr char kVerifyJson[] = "Print the report as JSON";
inline constexpr char kReproduce[] = "Train again from a record and compare every byte";
inline constexpr char kReproduceFooter[] =
    "\nOther data, or a record of another numeric profile, is refused before training (exit status 12),\n"
    "as is a record of a version that this one does not know (9). A difference ends with status 8 and\n"
    "names the first one.\n"
    "\nExamples:\n"
    "  runforge reproduce runs/20240101-120000-abc12345 --data titanic.csv --sign reviewer.key\n";
inline constexpr char kReproduceRun[] = "Run directory that train wrote";
inline constexpr char kReproduceData[] = "The data it was trained on; read as the record says";

inline constexpr char kReproduceSign[] =
    "Secret key; a success adds the signed statement \"byte-\nidentical, by this key\" to the run directory";

inline constexpr char kKeygen[] = "Make a key to sign records with";
inline constexpr char kKeygenFooter[] =
    "\nFILE gets the secret key (Ed25519, PEM, mode 0600, not encrypted), FILE.pub the public one, which\n"
    "minisign and signify read. Neither replaces a file. Where FILE has lost its FILE.pub, --public-of\n"
    "writes it again: status 0 of --out always means a new key.\n"
    "\nExamples:\n"
    "  runforge keygen --out author.key\n";
inline constexpr char kKeygenOut[] = "New file for the secret key";
inline constexpr char kKeygenPublicOf[] = "Secret key that is there already: write only its FILE.pub";
inline constexpr char kSign[] = "Sign the record of a run";
inline constexpr char kSignFooter[] =
    "\nSays that the signer found the record whole; with --data also that it holds for this data. Who\n"
    "trained it says train --sign, who trained again reproduce --sign. A record that does not hold\n"
    "together is not signed. Several keys may sign one run.\n"
    "\nExamples:\n"
    "  runforge sign runs/20240101-120000-abc12345 --key author.key\n"
    "  minisign -V -p author.key.pub -m runs/20240101-120000-abc12345/SHA256SUMS\n";
inline constexpr char kSignRun[] = "Run directory that train wrote";
inline constexpr char kSignKey[] = "Secret key that keygen or openssl wrote";
inline constexpr char kSignData[] =
    "The data it was trained on; all that needs no training is\nthen made again, before it is signed";
inline constexpr char kTrainSign[] = "Secret key to sign the record with";

inline constexpr char kDiff[] = "Say why two runs differ";
inline constexpr char kDiffFooter[] =
    "\nOne answer: the first of data, config, split and version that differs. Below it everything that\n"
    "differs, and the metrics of both. The records are taken at their word; verify looks at that.\n"
    "Exit status 0 for equal runs and for different ones.\n"
    "\nExamples:\n"
    "  runforge diff runs/20240101-120000-abc12345 runs/20240102-090000-def67890\n";
inline constexpr char kDiffRunA[] = "Run directory that train wrote";
inline constexpr char kDiffRunB[] = "Another one";
inline constexpr char kDiffJson[] = "Print the comparison as JSON";

inline constexpr char kInspect[] = "Show what would be trained on, and what is wrong with it";
inline constexpr char kInspectFooter[] =
    "\nExamples:\n"
    "  runforge inspect --data titanic.csv --label Survived\n"
    "  runforge inspect --data titanic.csv --label Survived --missing fill --json\n"
    "\nWhere a training would fail on this data, the exit status is the one of that training.\n";
inline constexpr char kInspectData[] = "CSV file to look at; - is standard input";
inline constexpr char kInspectJson[] = "Print the description as JSON";

inline constexpr char kShow[] = "Show a run: its summary, coefficients or importances";
inline constexpr char kShowFooter[] =
    "\nExamples:\n"
    "  runforge show runs/20240101-120000-abc12345\n"
    "  runforge show runs/20240101-120000-abc12345 --json\n";
inline constexpr char kShowRun[] = "Directory that train has written";
inline constexpr char kShowJson[] = "Print the run's documents as one JSON object";

inline constexpr char kPredict[] = "Apply a trained model to a CSV file";
inline constexpr char kPredictFooter[] =
    "\nOne line comes out per row that goes in: row (from 0), prediction, and with --proba\n"
    "proba_CLASS for each class (score_CLASS for linear_svc). A row that lacks a value the\n"
    "model needs has empty fields.\n"
    "\nExamples:\n"
    "  runforge predict --model runs/20240101-120000-abc12345 --data new.csv\n"
    "  runforge predict --model model.safetensors --data new.csv --proba --out predictions.csv\n";
inline constexpr char kPredictModel[] =
    "Directory that train has written (its way of reading\nCSV is taken over), or a model.safetensors";
inline constexpr char kPredictData[] =
    "CSV file with the columns the model was trained on;\n- is standard input";
inline constexpr char kPredictConfig[] =
    "JSON object whose member \"dataset\" says how to read the\nfile (dataset_options.v1); \"train\" is not "
    "looked at";
inline constexpr char kPredictOut[] = "File to write, whole or not at all; standard output unless\ngiven";
inline constexpr char kProba[] = "Add a column per class";
inline constexpr char kPredictJson[] = "Print a JSON summary; needs --out";

inline constexpr char kSchema[] = "List the JSON Schemas of configuration and artifacts, or print one";
inline constexpr char kSchemaFooter[] =
    "\nExamples:\n"
    "  runforge schema\n"
    "  runforge schema train_config.v1\n";
inline constexpr char kSchemaName[] = "Schema to print, as metrics.v1; all names are listed unless given";

}  // namespace rf::tool::help
