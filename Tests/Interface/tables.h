/* Streams that a test makes byte by byte, and answers as text.
 *
 * What is valid and what a layout means is taken from the Arrow specification
 * (https://arrow.apache.org/docs/format/CDataInterface.html, .../Columnar.html), not from Dorsal. */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dorsal.h"

/* A column. Its buffers are as long as Arrow says that they have to be and not a byte longer, and
 * every batch has copies of its own, so that the address sanitizer sees whoever reads past them or
 * too late. */
struct column {
  const char *format, *name;
  int64_t length, nulls, offset;
  int64_t buffer_count;
  void *buffers[6];
  size_t sizes[6];
  struct column *dictionary;
  struct column *child;
};

/* A stream. What it was asked for and what was released is counted. */
struct source {
  struct column *columns[12];
  int column_count;
  int64_t length, offset;
  int batches;             /* how many there are, all alike */
  int fails_at;            /* the batch that cannot be had, counted from 1 */
  int schema_status;       /* what is answered to the question for a schema */
  const char *message;     /* what the error says */
  void (*spoil_schema)(struct ArrowSchema *);
  void (*spoil_batch)(struct ArrowArray *);
  int asked, schemas, batches_given, batches_released, released;
};

struct column *texts(const char *name, int count, const char *const *values);
struct column *wide_texts(const char *name, int count, const char *const *values);
struct column *views(const char *name, int count, const char *const *values);
/* Numbers of `width` bytes each, as they lie in memory. */
struct column *numbers(const char *format, const char *name, int count, size_t width,
                       const void *values);
struct column *booleans(const char *name, int count, const bool *values);
struct column *nothing(const char *name, int count);
/* A list of one text a row. */
struct column *lists(const char *name, int count, const char *const *values);
/* Numbers of words; a negative one is null. */
struct column *words(const char *format, const char *name, int count, const int *places,
                     size_t width, struct column *dictionary);
/* The same column behind some rows of other values. */
struct column *behind(int rows, struct column *column);
/* Bits that say which rows are null. */
struct column *with_nulls(struct column *column, const bool *nulls);

struct source *source_of(int64_t length, int column_count, ...);
struct ArrowArrayStream stream_of(struct source *source);

/* All answers of a stream as text, cell by cell, and the stream is released; NULL where it gives an
 * error, whose text is put into `error`. The caller frees both. */
char *answers_of(struct ArrowArrayStream *stream, char **error);

/* Everything that was made with these functions is freed. */
void forget_tables(void);

#endif
