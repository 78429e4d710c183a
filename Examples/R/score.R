# Scores a data frame from R.
#   Rscript Examples/R/score.R cases.csv ranked.csv
# The functions are to be copied or sourced; the last lines use them on files of CSV.

# By the Python package, in this process: needs reticulate, and a Python with dorsal. For thousands
# of rows; for more, files of Parquet are faster.
score_by_python <- function(cases, ...) {
  dorsal <- reticulate::import("dorsal", convert = FALSE)
  # NA is unknown, which Python writes as None and R as NULL.
  unknown <- function(value) if (is.na(value)) NULL else value
  columns <- lapply(cases, function(column) {
    lapply(if (is.factor(column)) as.character(column) else column, unknown)
  })
  answers <- reticulate::py_to_r(dorsal$Model()$score(columns, ...)$to_pydict())
  known <- function(value) if (is.null(value)) NA else value
  as.data.frame(lapply(answers, function(column) sapply(column, known)))
}

# By files of Parquet: needs arrow, and a Python with dorsal.
score_by_parquet <- function(cases, options = character(), python = "python3") {
  files <- tempfile(c("cases", "answers"), fileext = ".parquet")
  on.exit(unlink(files))
  arrow::write_parquet(cases, files[1])
  status <- system2(python, c("-m", "dorsal", "score", files, options))
  # 3 says that some rows have a fault, 65 with a file that all have; their column says which.
  if (!file.exists(files[2])) stop("dorsal could not score the cases (status ", status, ")")
  as.data.frame(arrow::read_parquet(files[2]))
}

# By the tool and files of CSV: needs neither package nor Python. Rows that cannot be read are
# left out, and the tool says why.
score_by_tool <- function(cases, options = character(), tool = "dorsal") {
  files <- tempfile(c("cases", "answers"), fileext = ".csv")
  on.exit(unlink(files))
  write.csv(cases, files[1], row.names = FALSE, na = "")
  status <- system2(tool, c("score", files[1], "--output", files[2], options))
  if (!file.exists(files[2])) stop("dorsal could not score the cases (status ", status, ")")
  read.csv(files[2], na.strings = "", stringsAsFactors = FALSE)
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) == 2 && !interactive()) {
  cases <- read.csv(arguments[1], na.strings = "", colClasses = "character")
  write.csv(score_by_tool(cases, c("--top", "3")), arguments[2], row.names = FALSE, na = "")
}
