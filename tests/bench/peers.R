# SPDX-License-Identifier: MIT
# peers.R peer=ranger|glmnet|fread csv=FILE [test_csv=FILE trees=N] threads=N repeats=N
# Prints lines "T wall cpu" (one a timed run) and "M name value"; called by peers.py.
arguments <- strsplit(commandArgs(trailingOnly = TRUE), "=", fixed = TRUE)
a <- setNames(lapply(arguments, `[`, 2), sapply(arguments, `[`, 1))
threads <- as.integer(a$threads); repeats <- as.integer(a$repeats)
suppressMessages(library(data.table)); setDTthreads(threads)

memory <- function(line) {
  text <- grep(line, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", text)) / 1024
}
run <- function(body) {
  for (i in seq_len(repeats)) {
    t <- system.time(value <- body())
    cat("T", t[["elapsed"]], t[["user.self"]] + t[["sys.self"]], "\n")
  }
  value
}
measure <- function(name, value) cat("M", name, value, "\n")
begin_peak <- function() {
  invisible(gc())
  try(cat("5", file = "/proc/self/clear_refs"), silent = TRUE)
  measure("rss_before", memory("^VmRSS"))
}
read <- function(path) fread(path, nThread = threads, showProgress = FALSE)

if (a$peer == "fread") {
  begin_peak()
  invisible(read(a$csv))
  invisible(run(function() read(a$csv)))
  measure("rss_peak", memory("^VmHWM"))
  quit()
}

train <- read(a$csv); test <- read(a$test_csv)
p <- ncol(train) - 1L
x <- as.matrix(train)[, 1:p]; y <- train$label
x_test <- as.matrix(test)[, 1:p]; y_test <- test$label
rm(train, test)
if (a$peer == "glmnet") {
  suppressMessages(library(glmnet))
  mu <- colMeans(x); s <- apply(x, 2, sd) * sqrt((nrow(x) - 1) / nrow(x))
  x <- scale(x, mu, s); x_test <- scale(x_test, mu, s)
  body <- function() glmnet(x, y, family = "binomial", alpha = 0, lambda = 1 / nrow(x), standardize = FALSE)
  begin_peak()
  invisible(body())
  m <- run(body)
  measure("rss_peak", memory("^VmHWM"))
  b <- as.numeric(m$beta); margin <- (2 * y - 1) * (as.numeric(x %*% b) + m$a0)
  measure("objective", format(0.5 * sum(b * b) + sum(log1p(exp(-margin))), digits = 12))
  measure("accuracy", mean((as.numeric(x_test %*% b) + m$a0 > 0) == y_test))
} else {
  suppressMessages(library(ranger))
  fit <- function(rows) ranger(x = x[rows, ], y = factor(y[rows]), num.trees = as.integer(a$trees), seed = 1,
                               num.threads = threads, oob.error = FALSE, verbose = FALSE)
  begin_peak()
  invisible(fit(1:min(2000, nrow(x))))
  all_rows <- seq_len(nrow(x))
  m <- run(function() fit(all_rows))
  measure("rss_peak", memory("^VmHWM"))
  t <- system.time(predicted <- predict(m, x_test, num.threads = threads)$predictions)
  measure("accuracy", mean(as.character(predicted) == as.character(y_test)))
  seconds <- if (threads == 1) t[["user.self"]] + t[["sys.self"]] else t[["elapsed"]]
  measure("rows_per_second", length(y_test) / seconds)
}
