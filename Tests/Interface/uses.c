/* Columns that pass through, simulated cases, wrong arguments, threads and forks. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostile.h"

static const char *const wards[COUNT] = {"A", NULL, "a ward with a long name", "", "B"};

static void extra_short(struct ArrowArray *batch) { batch->children[1]->length--; }
static void extra_negative(struct ArrowArray *batch) { batch->children[1]->offset = -1; }
static void extra_far(struct ArrowArray *batch) { batch->children[1]->offset = INT64_MAX; }
static void extra_released(struct ArrowArray *batch) {
  batch->children[1]->release(batch->children[1]);
}
static void extra_missing(struct ArrowArray *batch) { batch->children = NULL; }

void columns_that_pass(void) {
  dorsal_scorer *passing = scorer_with("{\"passthrough\": true, \"top\": 1}");
  char *error, *text;
  /* Types that no finding has pass as well. */
  struct source *source =
      source_of(COUNT, 4, id(), texts("ward", COUNT, wards), lists("notes", COUNT, wards),
                nothing("none", COUNT));
  text = score(passing, source, "columns that pass", &error);
  check(text && strstr(text, "|ward=a ward with a long name|notes=;a ward with a long name|none="),
        "columns that pass", error ? error : text);
  free(text);
  /* A column behind an offset, in a batch behind another one. */
  const char *const more[] = {"x", "a", "b", "c", "d", "e", "y"};
  source = source_of(COUNT, 2, texts("id", 7, more), behind(3, texts("ward", 7, more)));
  source->offset = 1;
  text = score(passing, source, "offsets", &error);
  check(text && !strncmp(text, "id=a|", 5) && strstr(text, "|ward=a\n"), "offsets", text);
  free(text);
  void (*const spoils[])(struct ArrowArray *) = {extra_short, extra_negative, extra_far,
                                                 extra_released, extra_missing};
  for (size_t place = 0; place < sizeof spoils / sizeof *spoils; place++) {
    source = source_of(COUNT, 2, id(), texts("ward", COUNT, wards));
    source->spoil_batch = spoils[place];
    text = score(passing, source, "a spoiled column that passes", &error);
    check(!text && strstr(error, "cases: "), "a spoiled column that passes", error);
    free(text);
    free(error);
  }
  /* One of two columns moves out of the answers; all goes on until both are released. */
  source = source_of(COUNT, 3, id(), texts("ward", COUNT, wards), lists("notes", COUNT, wards));
  struct ArrowArrayStream cases = stream_of(source), answers;
  check(dorsal_score(passing, &cases, &answers, NULL) == DORSAL_OK, "moving", NULL);
  struct ArrowArray batch, moved;
  check(answers.get_next(&answers, &batch) == 0, "moving", NULL);
  moved = *batch.children[batch.n_children - 1];
  batch.children[batch.n_children - 1]->release = NULL;
  batch.release(&batch);
  answers.release(&answers);
  check(source->batches_released == 1, "the batch was released with its other columns", NULL);
  check(!memcmp((const char *)moved.children[0]->buffers[2], "Aa ward", 7), "moved", NULL);
  moved.release(&moved);
  /* What fails after a batch lets the batch before it live. */
  source = source_of(COUNT, 2, id(), texts("ward", COUNT, wards));
  source->fails_at = 2;
  source->batches = 2;
  cases = stream_of(source);
  check(dorsal_score(passing, &cases, &answers, NULL) == DORSAL_OK, "failing", NULL);
  check(answers.get_next(&answers, &batch) == 0, "failing", NULL);
  struct ArrowArray none;
  check(answers.get_next(&answers, &none) != 0, "failing", NULL);
  answers.release(&answers);
  check(!memcmp((const char *)batch.children[batch.n_children - 1]->buffers[2], "Aa", 2),
        "a batch outlives its stream", NULL);
  batch.release(&batch);
  source = source_of(COUNT, 2, id(), texts("urgency", COUNT, wards));
  text = score(passing, source, "a name of the answers", &error);
  check(!text && strstr(error, "cannot pass"), "a name of the answers", error);
  free(error);
  dorsal_scorer_free(passing);
}

void simulated_cases(void) {
  const char *const wrong[] = {NULL, "{}", "{\"count\": 0}", "{\"count\": 1e300}", "{\"count\": \"1\"}",
                               "{\"count\": 1, \"seed\": -1}", "{\"count\": 1, \"missing\": 1e999}",
                               "{\"count\": 1, \"priors\": \"\"}", "[", "{\"count\": 1} x"};
  struct ArrowArrayStream cases;
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++)
    check(dorsal_simulate(model, wrong[place], &cases, NULL) == DORSAL_ERROR_ARGUMENT,
          "a wrong simulation", wrong[place]);
  /* A stream goes on when its model has gone. */
  char *texts[2], *error = NULL;
  for (int place = 0; place < 2; place++) {
    const char *options = place ? "{\"count\": 700, \"missing\": 0.5, \"threads\": 3}"
                                : "{\"count\": 700, \"missing\": 0.5}";
    check(dorsal_simulate(model, options, &cases, &error) == DORSAL_OK, options, error);
    texts[place] = answers_of(&cases, &error);
    check(texts[place] != NULL, options, error);
  }
  check(!strcmp(texts[0], texts[1]), "threads change nothing", NULL);
  free(texts[0]);
  free(texts[1]);
  /* What is drawn goes in as cases, dictionaries and all, and is scored batch by batch. */
  struct ArrowArrayStream answers;
  check(dorsal_simulate(model, "{\"count\": 9000}", &cases, NULL) == DORSAL_OK, "drawn", NULL);
  check(dorsal_score(scorer, &cases, &answers, NULL) == DORSAL_OK, "drawn", NULL);
  int64_t rows = 0;
  for (struct ArrowArray batch; answers.get_next(&answers, &batch) == 0 && batch.release;) {
    rows += batch.length;
    check(batch.children[batch.n_children - 1]->null_count == batch.length, "no fault", NULL);
    batch.release(&batch);
  }
  answers.release(&answers);
  check(rows == 9000, "all rows", NULL);
}

void arguments_that_are_wrong(void) {
  char *deep = malloc(400001);
  memset(deep, '[', 400000);
  deep[400000] = 0;
  const char *const options[] = {
      "",      "{",     "[]",   "null",  "7",     "\"\"",  "{\"top\": 0}", "{\"top\": 1e400}",
      "{\"top\": -0.5}", "{\"top\": 3, \"top\": 4}", "{\"id\": 3}", "{\"unknown\": [3]}",
      "{\"unknown\": \"x\"}", "{\"mapping\": \"\"}", "{\"mapping\": \"{\"}", "{\"mapping\": 3}",
      "{\"mapping\": \"column,finding\\na\"}", "{\"passthrough\": 1}", "{\"passthrough\": [1]}",
      "{\"calibration\": \"\"}", "{\"calibration\": \"[]\"}", "{\"coverage\": 0.9}",
      "{\"setting\": \"\\u0000\"}", "{\"threads\": 100000}", "\xFF", "{\"\xFF\": 1}", deep};
  for (size_t place = 0; place < sizeof options / sizeof *options; place++) {
    dorsal_scorer *made = NULL;
    char *error = NULL;
    int32_t status = dorsal_scorer_make(model, options[place], &made, &error);
    check(status == DORSAL_ERROR_ARGUMENT && !made && error && *error, "options",
          options[place] == deep ? "deep" : options[place]);
    dorsal_text_free(error);
  }
  free(deep);
  dorsal_model *other = NULL;
  const char *const names[] = {"model.json", "model.json", NULL, "\xFF"};
  const uint8_t *const contents[] = {(const uint8_t *)"{}", (const uint8_t *)"{}", NULL, NULL};
  const int64_t lengths[] = {2, 2, 5, -1};
  check(dorsal_model_from_tables(2, names, contents, lengths, &other, NULL) ==
            DORSAL_ERROR_ARGUMENT, "a table twice", NULL);
  for (int64_t count = -1; count < 2; count++)
    check(dorsal_model_from_tables(count, names, contents, lengths, &other, NULL) != DORSAL_OK,
          "tables", NULL);
  for (int place = 2; place < 4; place++)
    check(dorsal_model_from_tables(1, names + place, contents + place, lengths + place, &other,
                                   NULL) == DORSAL_ERROR_ARGUMENT, "a wrong table", NULL);
  check(dorsal_model_from_tables(1, NULL, contents, lengths, &other, NULL) ==
            DORSAL_ERROR_ARGUMENT, "no names", NULL);
  check(dorsal_model_open("/nowhere/at/all", &other, NULL) == DORSAL_ERROR_MODEL, "nowhere", NULL);
  check(dorsal_model_open("\xFF", &other, NULL) == DORSAL_ERROR_ARGUMENT, "a name", NULL);
  check(other == NULL, "no model", NULL);
  struct ArrowArrayStream stream = {0};
  char *text = NULL;
  check(dorsal_model_describe(NULL, &text, NULL) == DORSAL_ERROR_ARGUMENT, "no model", NULL);
  check(dorsal_model_describe(model, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "no place", NULL);
  check(dorsal_scorer_make(model, NULL, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "no place", NULL);
  check(dorsal_score(NULL, &stream, &stream, NULL) == DORSAL_ERROR_ARGUMENT, "no scorer", NULL);
  check(dorsal_score(scorer, NULL, &stream, NULL) == DORSAL_ERROR_ARGUMENT, "no cases", NULL);
  check(dorsal_fit(NULL, NULL, NULL, NULL, NULL, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "fit", NULL);
  check(dorsal_fit_new(NULL, NULL, NULL, NULL, NULL, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "new",
        NULL);
  check(dorsal_simulate(NULL, NULL, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "simulate", NULL);
  check(dorsal_simulate(model, "{\"count\": 1}", NULL, NULL) == DORSAL_ERROR_ARGUMENT, "no place",
        NULL);
  check(dorsal_scores(NULL, NULL, NULL, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "scores", NULL);
  struct source *source = source_of(COUNT, 2, id(), age());
  struct ArrowArrayStream cases = stream_of(source);
  check(dorsal_scores(model, &cases, "{\"scores\": [\"sinz\"]}", &stream, NULL) ==
            DORSAL_ERROR_ARGUMENT, "a score", NULL);
  check(source->released == 0, "the caller's stream", NULL);
  check(dorsal_score(scorer, &cases, NULL, NULL) == DORSAL_ERROR_ARGUMENT, "no answers", NULL);
  check(source->released == 0, "the caller's stream", NULL);
  dorsal_model_free(NULL);
  dorsal_scorer_free(NULL);
  dorsal_text_free(NULL);
}

/* The answers to the same table, again and again on a thread of its own. */
static void *repeat(void *expected) {
  int64_t differing = 0;
  for (int time = 0; time < 40; time++) {
    /* Tables are made before the threads are; each has a stream of its own. */
    struct source own = *((struct source **)expected)[1];
    struct ArrowArrayStream cases = stream_of(&own), answers;
    if (dorsal_score(scorer, &cases, &answers, NULL) != DORSAL_OK) return (void *)1000;
    char *error, *text = answers_of(&answers, &error);
    if (!text || strcmp(text, ((char **)expected)[0])) differing++;
    free(text);
    free(error);
  }
  return (void *)differing;
}

/* Work that waits for threads: a calibration, and a model from nothing but a table. */
static int32_t waiting(int which, char **error) {
  struct source *source = source_of(COUNT, 4, id(), diagnosis(), age(), night());
  struct ArrowArrayStream cases = stream_of(source);
  char *text = NULL, *other = NULL, *report = NULL;
  int32_t status =
      which == 0 ? dorsal_calibrate(scorer, &cases, "{\"method\": \"none\"}", &text, &report, error)
      : which == 1
          ? dorsal_fit_new(&cases, NULL, &text, &other, NULL, &report, error)
          : dorsal_fit(model, &cases,
                       "{\"counts_alone\": true, \"model_weight\": 1, \"calibration\": \"vector\"}",
                       &text, &other, &report, error);
  dorsal_text_free(text);
  dorsal_text_free(other);
  dorsal_text_free(report);
  return status;
}

/* What a process says whose parent had threads: 0 where all is as the header has it. It ends by an
 * alarm where it waits for threads that it does not have. */
static int forked(void *expected, dorsal_scorer *several) {
  alarm(300);
  int wrong = 0;
  for (int which = 0; which < 3; which++) {
    char *error = NULL;
    if (waiting(which, &error) != DORSAL_ERROR_FORKED || !error || !strstr(error, "forked"))
      wrong |= 1 << which;
    dorsal_text_free(error);
  }
  /* Many rows on several threads, which are one now. */
  for (int place = 0; place < 2; place++) {
    struct ArrowArrayStream cases, answers;
    if (dorsal_simulate(model, "{\"count\": 5000, \"threads\": 4}", &cases, NULL) != DORSAL_OK ||
        dorsal_score(place ? several : scorer, &cases, &answers, NULL) != DORSAL_OK)
      return wrong | 8;
    char *error, *text = answers_of(&answers, &error);
    if (!text || strcmp(text, expected)) wrong |= 16;
    free(text);
    free(error);
  }
  return wrong;
}

static void forks_after_threads(void) {
  dorsal_scorer *several = scorer_with("{\"top\": 3, \"threads\": 4}");
  struct ArrowArrayStream cases, answers;
  char *error;
  check(dorsal_simulate(model, "{\"count\": 5000, \"threads\": 4}", &cases, NULL) == DORSAL_OK &&
            dorsal_score(several, &cases, &answers, NULL) == DORSAL_OK,
        "several threads", NULL);
  char *expected = answers_of(&answers, &error);
  check(expected != NULL, "several threads", error);
  char *told = NULL;
  check(waiting(0, &told) != DORSAL_ERROR_FORKED, "the process that began waits", told);
  dorsal_text_free(told);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(forked(expected, several));
  int status = -1;
  waitpid(child, &status, 0);
  char what[80];
  snprintf(what, sizeof what, "status %x", (unsigned)status);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a fork after threads", what);
  told = NULL;
  check(waiting(0, &told) != DORSAL_ERROR_FORKED, "the parent of a fork waits", told);
  dorsal_text_free(told);
  dorsal_scorer_free(several);
  free(expected);
}

void threads_and_forks(void) {
  forks_after_threads();
  struct source *source = source_of(COUNT, 4, id(), age(), night(), site());
  source->batches = 3;
  struct source again = *source;
  char *error;
  void *expected[] = {score(scorer, &again, "before", &error), source};
  check(expected[0] != NULL, "before", error);
  pthread_t threads[4];
  for (int place = 0; place < 4; place++)
    pthread_create(threads + place, NULL, repeat, expected);
  for (int place = 0; place < 4; place++) {
    void *differing;
    pthread_join(threads[place], &differing);
    check(differing == NULL, "four threads on one scorer", NULL);
  }
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    /* As much as it wants, but for other threads. */
    alarm(300);
    int wrong = repeat(expected) != NULL;
    struct ArrowArrayStream cases;
    wrong |= dorsal_simulate(model, "{\"count\": 600}", &cases, NULL) != DORSAL_OK;
    if (!wrong) {
      char *text = answers_of(&cases, &error);
      wrong |= text == NULL;
      free(text);
    }
    _exit(wrong);
  }
  int status = -1;
  waitpid(child, &status, 0);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a fork after use", NULL);
  /* A model and a scorer may go before their streams. */
  dorsal_scorer *short_lived = scorer_with("{\"top\": 3}");
  struct source last = *source;
  struct ArrowArrayStream cases = stream_of(&last), answers;
  check(dorsal_score(short_lived, &cases, &answers, NULL) == DORSAL_OK, "short", NULL);
  dorsal_scorer_free(short_lived);
  char *text = answers_of(&answers, &error);
  check(text && !strcmp(text, expected[0]), "a stream outlives its scorer", error);
  free(text);
  free(expected[0]);
}
