/* Batches that are not what their schema says, streams that fail, and what reads them whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

/* The column that is spoiled is the last one. */
static struct ArrowArray *last(struct ArrowArray *batch) {
  return batch->children[batch->n_children - 1];
}

static void short_batch(struct ArrowArray *batch) { batch->n_children--; }
static void negative_rows(struct ArrowArray *batch) { batch->length = -1; }
static void more_rows(struct ArrowArray *batch) { batch->length++; }
static void vast_rows(struct ArrowArray *batch) { batch->length = INT64_MAX; }
static void many_rows(struct ArrowArray *batch) { batch->length = (int64_t)1 << 39; }
static void offset_rows(struct ArrowArray *batch) { batch->offset = 1; }
static void negative_offset(struct ArrowArray *batch) { batch->offset = -1; }
static void vast_offset(struct ArrowArray *batch) { batch->offset = INT64_MAX; }
static void least_offset(struct ArrowArray *batch) { batch->offset = INT64_MIN; }
static void no_children(struct ArrowArray *batch) { batch->children = NULL; }
static void null_rows(struct ArrowArray *batch) {
  static const uint8_t none = 0;
  static const void *bits[] = {&none};
  batch->buffers = bits;
  batch->null_count = batch->length;
}
static void column_short(struct ArrowArray *batch) { last(batch)->length--; }
static void column_negative(struct ArrowArray *batch) { last(batch)->length = INT64_MIN; }
static void column_offset(struct ArrowArray *batch) { last(batch)->offset = -2; }
static void column_vast(struct ArrowArray *batch) { last(batch)->offset = INT64_MAX - 2; }
static void column_far(struct ArrowArray *batch) {
  last(batch)->offset = INT64_MAX / 2;
  last(batch)->length = INT64_MAX;
}
static void few_buffers(struct ArrowArray *batch) { last(batch)->n_buffers = 1; }
static void many_buffers(struct ArrowArray *batch) { last(batch)->n_buffers = INT64_MAX; }
static void negative_buffers(struct ArrowArray *batch) { last(batch)->n_buffers = -3; }
static void no_buffers(struct ArrowArray *batch) { last(batch)->buffers = NULL; }
static void no_offsets(struct ArrowArray *batch) { last(batch)->buffers[1] = NULL; }
static void no_bytes(struct ArrowArray *batch) { last(batch)->buffers[2] = NULL; }
static void falling_offsets(struct ArrowArray *batch) {
  int32_t *ends = (int32_t *)last(batch)->buffers[1];
  ends[4] = ends[3] - 1; /* of a row that is not null */
}
static void negative_offsets(struct ArrowArray *batch) {
  int32_t *ends = (int32_t *)last(batch)->buffers[1];
  ends[0] = ends[1] = -5;
}
static void released_column(struct ArrowArray *batch) { last(batch)->release(last(batch)); }
static void given_dictionary(struct ArrowArray *batch) {
  static struct ArrowArray dictionary;
  last(batch)->dictionary = &dictionary;
}

static const struct spoiled {
  const char *what;
  void (*spoil)(struct ArrowArray *);
} spoiled[] = {
    {"fewer columns", short_batch},
    {"a negative length", negative_rows},
    {"more rows than its columns", more_rows},
    {"a vast length", vast_rows},
    {"a length beyond the memory", many_rows},
    {"an offset past its columns", offset_rows},
    {"a negative offset", negative_offset},
    {"the greatest offset", vast_offset},
    {"the least offset", least_offset},
    {"no children", no_children},
    {"rows that are null", null_rows},
    {"a column with fewer rows", column_short},
    {"a column of negative length", column_negative},
    {"a column with a negative offset", column_offset},
    {"a column with a vast offset", column_vast},
    {"a column beyond all memory", column_far},
    {"too few buffers", few_buffers},
    {"a vast count of buffers", many_buffers},
    {"a negative count of buffers", negative_buffers},
    {"no buffers", no_buffers},
    {"no offsets", no_offsets},
    {"no bytes behind offsets", no_bytes},
    {"offsets that fall", falling_offsets},
    {"negative offsets", negative_offsets},
    {"a column that has been released", released_column},
    {"a dictionary that the schema does not have", given_dictionary},
};
enum { SPOILED = sizeof spoiled / sizeof *spoiled };

static void far_word(struct ArrowArray *batch) { ((int8_t *)last(batch)->buffers[1])[1] = 100; }
static void negative_word(struct ArrowArray *batch) { ((int8_t *)last(batch)->buffers[1])[1] = -7; }
static void no_dictionary(struct ArrowArray *batch) { last(batch)->dictionary = NULL; }
static void released_dictionary(struct ArrowArray *batch) {
  last(batch)->dictionary->release(last(batch)->dictionary);
}
static void negative_dictionary(struct ArrowArray *batch) { last(batch)->dictionary->length = -1; }
static void bare_dictionary(struct ArrowArray *batch) { last(batch)->dictionary->buffers = NULL; }
static void view_length(struct ArrowArray *batch) { ((int32_t *)last(batch)->buffers[1])[4] = -1; }
static void view_buffer(struct ArrowArray *batch) { ((int32_t *)last(batch)->buffers[1])[2] = 1; }
static void view_place(struct ArrowArray *batch) {
  ((int32_t *)last(batch)->buffers[1])[3] = INT32_MAX;
}
static void view_back(struct ArrowArray *batch) { ((int32_t *)last(batch)->buffers[1])[3] = -1; }
static void view_lengths(struct ArrowArray *batch) { last(batch)->buffers[3] = NULL; }

void batches_that_are_wrong(void) {
  for (int place = 0; place < SPOILED; place++) {
    struct source *source = source_of(COUNT, 3, id(), age(), night());
    source->spoil_batch = spoiled[place].spoil;
    refused(spoiled[place].what, "cases: ", source);
  }
  const char *const few[] = {"absent", "present"};
  const int places[COUNT] = {0, 1, 1, 0, 0};
  void (*const words_spoiled[])(struct ArrowArray *) = {
      far_word,     negative_word,       no_dictionary, released_dictionary, negative_dictionary,
      bare_dictionary};
  for (size_t place = 0; place < sizeof words_spoiled / sizeof *words_spoiled; place++) {
    struct source *source = source_of(
        COUNT, 2, id(), words("c", "night_pain", COUNT, places, 1, texts("", 2, few)));
    source->spoil_batch = words_spoiled[place];
    refused("a wrong dictionary", "cases: ", source);
  }
  const char *const lengthy[COUNT] = {"a text of more than twelve", "present", "absent", NULL, ""};
  void (*const views_spoiled[])(struct ArrowArray *) = {view_length, view_buffer, view_place,
                                                        view_back, view_lengths};
  for (size_t place = 0; place < sizeof views_spoiled / sizeof *views_spoiled; place++) {
    struct source *source = source_of(COUNT, 2, id(), views("night_pain", COUNT, lengthy));
    source->spoil_batch = views_spoiled[place];
    refused("a wrong view", "cases: ", source);
  }
}

/* An array of no row may do without its buffers. */
static void without_buffers(struct ArrowArray *batch) {
  for (int64_t place = 0; place < batch->n_children; place++)
    for (int64_t buffer = 0; buffer < batch->children[place]->n_buffers; buffer++)
      batch->children[place]->buffers[buffer] = NULL;
}

void streams_that_fail(void) {
  char *error, *text;
  struct source *source = source_of(0, 3, id(), age(), night());
  for (int place = 0; place < 3; place++) source->columns[place]->length = 0;
  source->spoil_batch = without_buffers;
  source->batches = 3;
  text = score(scorer, source, "batches of no row", &error);
  check(text && !*text && source->asked == 4, "batches of no row", error);
  free(text);
  source = source_of(COUNT, 3, id(), age(), night());
  source->batches = 0;
  text = score(scorer, source, "no batch", &error);
  check(text && !*text, "no batch", error);
  free(text);
  const char *const messages[] = {"the disk is gone", NULL, "", "\xFF\xC3"};
  for (int place = 0; place < 4; place++) {
    for (int at = 1; at < 4; at++) {
      source = source_of(COUNT, 3, id(), age(), night());
      source->batches = 3;
      source->fails_at = at;
      source->message = messages[place];
      refused("a stream that fails", place ? "no batch" : messages[0], source);
      check(source->asked == at, "a stream is not asked after it failed", NULL);
    }
  }
  source = source_of(COUNT, 2, id(), age());
  source->schema_status = 5;
  source->message = "no such table";
  refused("a stream without a schema", "no such table", source);
  struct ArrowArrayStream released = {0}, answers;
  check(dorsal_score(scorer, &released, &answers, NULL) == DORSAL_ERROR_ARGUMENT,
        "a released stream", NULL);
  source = source_of(COUNT, 2, id(), age());
  struct ArrowArrayStream cases = stream_of(source);
  cases.get_next = NULL;
  check(dorsal_score(scorer, &cases, &answers, NULL) == DORSAL_ERROR_ARGUMENT,
        "a stream without functions", NULL);
  check(source->released == 0, "it is still its owner's", NULL);
  /* Answers may be released before they were read, and after a part. */
  for (int read = 0; read < 3; read++) {
    source = source_of(COUNT, 2, id(), age());
    source->batches = 3;
    cases = stream_of(source);
    check(dorsal_score(scorer, &cases, &answers, NULL) == DORSAL_OK, "answers", NULL);
    for (int batch = 0; batch < read; batch++) {
      struct ArrowArray array;
      check(answers.get_next(&answers, &array) == 0 && array.length == COUNT, "a batch", NULL);
      array.release(&array);
    }
    answers.release(&answers);
    check(answers.release == NULL, "answers say that they are released", NULL);
    check_released(source, 1, "answers that nobody reads");
  }
}

/* Something that reads a stream whole: a status, and a text where it is DORSAL_OK. */
static int32_t whole(int which, struct ArrowArrayStream *cases, char **text, char **error) {
  char *other = NULL, *report = NULL;
  int32_t status = DORSAL_OK;
  switch (which) {
  case 0: status = dorsal_explain(scorer, cases, 1, "text", text, error); break;
  case 1: status = dorsal_suggest(scorer, cases, 1, text, error); break;
  case 2: status = dorsal_evaluate(scorer, cases, "json", text, error); break;
  case 3:
    status = dorsal_calibrate(scorer, cases, "{\"method\": \"none\"}", text, &report, error);
    break;
  case 4:
    status = dorsal_fit(model, cases, "{\"counts_alone\": true, \"model_weight\": 1}", text,
                        &other, &report, error);
    break;
  case 5: status = dorsal_fit_new(cases, NULL, text, &other, NULL, &report, error); break;
  case 6:
    status = dorsal_evaluate_with(
        scorer, cases, "{\"patients\": \"id\", \"by\": [\"age\"], \"rules\": true}", "json", text,
        error);
    break;
  }
  dorsal_text_free(other);
  dorsal_text_free(report);
  return status;
}

void whole_streams(void) {
  for (int which = 0; which < 7; which++) {
    for (int place = -1; place < SPOILED; place++) {
      struct source *source = source_of(COUNT, 4, id(), diagnosis(), age(), night());
      source->spoil_batch = place < 0 ? NULL : spoiled[place].spoil;
      struct ArrowArrayStream cases = stream_of(source);
      char *text = NULL, *error = NULL;
      int32_t status = whole(which, &cases, &text, &error);
      const char *what = place < 0 ? "a whole stream" : spoiled[place].what;
      if (place >= 0) check(status == DORSAL_ERROR_DATA, what, error);
      check((status == DORSAL_OK) == (text != NULL), what, error);
      check((status == DORSAL_OK) == (error == NULL), what, text);
      check(cases.release == NULL, what, "the stream was not taken");
      check_released(source, 1, what);
      if (place < 0 && (which < 3 || which == 6)) check(status == DORSAL_OK, what, error);
      /* Five cases are too few to tell whether a fit helps. */
      if (place < 0 && which == 4) check(status == DORSAL_ERROR_REFUSED, what, error);
      dorsal_text_free(text);
      dorsal_text_free(error);
    }
    struct source *source = source_of(COUNT, 2, id(), lists("age", COUNT, (const char *[5]){0}));
    struct ArrowArrayStream cases = stream_of(source);
    char *text = NULL, *error = NULL;
    check(whole(which, &cases, &text, &error) == DORSAL_ERROR_DATA, "a list", error);
    check_released(source, 1, "a schema that cannot be read");
    dorsal_text_free(error);
    struct ArrowArrayStream released = {0};
    check(whole(which, &released, &text, NULL) == DORSAL_ERROR_ARGUMENT, "released", NULL);
    check(whole(which, NULL, &text, NULL) == DORSAL_ERROR_ARGUMENT, "no stream", NULL);
  }
  for (int place = 0; place < SPOILED; place++) {
    struct source *source = source_of(COUNT, 3, id(), age(), night());
    source->spoil_batch = spoiled[place].spoil;
    struct ArrowArrayStream cases = stream_of(source), answers;
    char *error = NULL;
    int32_t status = dorsal_scores(model, &cases, NULL, &answers, &error);
    check(status == DORSAL_OK, "scores", error);
    dorsal_text_free(error);
    char *told = NULL, *text = status ? NULL : answers_of(&answers, &told);
    check(!text && told && strstr(told, "cases: "), spoiled[place].what, told);
    free(text);
    free(told);
    check_released(source, 1, spoiled[place].what);
  }
}
