/* Drives dorsal.h with streams that are right in unusual ways, and with streams that are wrong.
 *
 *     hostile MODEL_FOLDER
 *
 * What is right gives the answers of the plainest table of the same cases; what is wrong gives an
 * error or a fault in its row. Either way everything is released once, and nothing is read that
 * has been released or lies outside a buffer: the program is built with the address sanitizer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

static int failures, checks;

void check(bool holds, const char *what, const char *detail) {
  checks++;
  if (holds) return;
  failures++;
  printf("FAILED %s%s%s\n", what, detail ? ": " : "", detail ? detail : "");
}

dorsal_model *model;
dorsal_scorer *scorer;

void check_released(struct source *source, int streams, const char *what) {
  char told[120];
  snprintf(told, sizeof told, "released %d streams, %d of %d batches", source->released,
           source->batches_released, source->batches_given);
  check(source->released == streams && source->batches_released == source->batches_given, what,
        told);
}

char *score(const dorsal_scorer *with, struct source *source, const char *what,
                   char **error) {
  struct ArrowArrayStream cases = stream_of(source), answers;
  char *told = NULL, *text = NULL;
  *error = NULL;
  int32_t status = dorsal_score(with, &cases, &answers, &told);
  if (status == DORSAL_OK) {
    check(cases.release == NULL, what, "the stream did not move");
    text = answers_of(&answers, error);
    check_released(source, 1, what);
  } else {
    check(told && *told, what, "an error without a text");
    check(cases.release != NULL && source->released == 0, what, "the caller's stream is gone");
    cases.release(&cases);
    *error = strdup(told ? told : "");
  }
  dorsal_text_free(told);
  return text;
}

void same(const char *what, const char *expected, struct source *source) {
  char *error, *text = score(scorer, source, what, &error);
  check(text && !strcmp(text, expected), what, error ? error : "other answers");
  free(text);
  free(error);
}

void refused(const char *what, const char *word, struct source *source) {
  char *error, *text = score(scorer, source, what, &error);
  check(text == NULL && error && strstr(error, word), what, error ? error : text);
  free(text);
  free(error);
}

dorsal_scorer *scorer_with(const char *options) {
  dorsal_scorer *made = NULL;
  char *error = NULL;
  int32_t status = dorsal_scorer_make(model, options, &made, &error);
  check(status == DORSAL_OK, options, error);
  dorsal_text_free(error);
  return made;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: hostile MODEL_FOLDER\n");
    return 64;
  }
  if (dorsal_abi_version() != DORSAL_ABI_VERSION) return 70;
  char *error = NULL;
  if (dorsal_model_open(arguments[1], &model, &error) != DORSAL_OK) {
    fprintf(stderr, "%s\n", error);
    return 66;
  }
  scorer = scorer_with("{\"top\": 3}");
  void (*const parts[])(void) = {
      tables_that_are_right, tables_that_are_wrong, batches_that_are_wrong, streams_that_fail,
      whole_streams,         columns_that_pass,     simulated_cases,        arguments_that_are_wrong,
      threads_and_forks};
  for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
    parts[part]();
    forget_tables();
  }
  dorsal_scorer_free(scorer);
  dorsal_model_free(model);
  printf("%d checks, %d failed\n", checks, failures);
  return failures ? 1 : 0;
}
