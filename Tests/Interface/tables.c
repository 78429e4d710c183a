#include "tables.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What forget_tables frees. */
static void **kept;
static size_t kept_count;

static void *keep(void *pointer) {
  kept = realloc(kept, (kept_count + 1) * sizeof *kept);
  kept[kept_count++] = pointer;
  return pointer;
}

void forget_tables(void) {
  for (size_t i = 0; i < kept_count; i++) free(kept[i]);
  free(kept);
  kept = NULL;
  kept_count = 0;
}

static struct column *column(const char *format, const char *name, int count, int buffers) {
  struct column *own = keep(calloc(1, sizeof *own));
  own->format = format;
  own->name = name;
  own->length = count;
  own->buffer_count = buffers;
  return own;
}

static void *buffer(struct column *own, int place, size_t size) {
  own->buffers[place] = keep(calloc(size ? size : 1, 1));
  own->sizes[place] = size;
  return own->buffers[place];
}

struct column *with_nulls(struct column *own, const bool *nulls) {
  uint8_t *bits = buffer(own, 0, (size_t)(own->offset + own->length + 7) / 8);
  own->nulls = 0;
  for (int64_t row = 0; row < own->offset + own->length; row++) {
    bool null = row >= own->offset && nulls[row - own->offset];
    if (null) own->nulls++;
    else bits[row / 8] |= (uint8_t)(1 << row % 8);
  }
  return own;
}

/* Texts where NULL is a null. */
static void set_nulls(struct column *own, int count, const char *const *values) {
  bool nulls[4096] = {false}, any = false;
  for (int row = 0; row < count; row++) any |= nulls[row] = values[row] == NULL;
  if (any) with_nulls(own, nulls);
}

static struct column *offset_texts(const char *format, const char *name, int count,
                                   const char *const *values, bool wide) {
  struct column *own = column(format, name, count, 3);
  size_t size = 0;
  for (int row = 0; row < count; row++) size += values[row] ? strlen(values[row]) : 0;
  int32_t *narrow = buffer(own, 1, (size_t)(count + 1) * (wide ? 8 : 4));
  int64_t *ends = (int64_t *)narrow;
  char *bytes = buffer(own, 2, size);
  size_t at = 0;
  for (int row = 0; row < count; row++) {
    size_t length = values[row] ? strlen(values[row]) : 0;
    memcpy(bytes + at, values[row] ? values[row] : "", length);
    at += length;
    if (wide) ends[row + 1] = (int64_t)at;
    else narrow[row + 1] = (int32_t)at;
  }
  set_nulls(own, count, values);
  return own;
}

struct column *texts(const char *name, int count, const char *const *values) {
  return offset_texts("u", name, count, values, false);
}

struct column *wide_texts(const char *name, int count, const char *const *values) {
  return offset_texts("U", name, count, values, true);
}

struct column *views(const char *name, int count, const char *const *values) {
  struct column *own = column("vu", name, count, 4);
  uint8_t *views = buffer(own, 1, (size_t)count * 16);
  size_t size = 0, at = 0;
  for (int row = 0; row < count; row++)
    if (values[row] && strlen(values[row]) > 12) size += strlen(values[row]);
  char *bytes = buffer(own, 2, size);
  for (int row = 0; row < count; row++) {
    const char *value = values[row] ? values[row] : "";
    int32_t length = (int32_t)strlen(value), start = (int32_t)at;
    memcpy(views + 16 * row, &length, 4);
    if (length <= 12) {
      memcpy(views + 16 * row + 4, value, (size_t)length);
      continue;
    }
    memcpy(views + 16 * row + 4, value, 4);
    memcpy(views + 16 * row + 12, &start, 4);
    memcpy(bytes + at, value, (size_t)length);
    at += (size_t)length;
  }
  int64_t *lengths = buffer(own, 3, 8);
  *lengths = (int64_t)size;
  set_nulls(own, count, values);
  return own;
}

struct column *numbers(const char *format, const char *name, int count, size_t width,
                       const void *values) {
  struct column *own = column(format, name, count, 2);
  memcpy(buffer(own, 1, (size_t)count * width), values, (size_t)count * width);
  return own;
}

struct column *booleans(const char *name, int count, const bool *values) {
  struct column *own = column("b", name, count, 2);
  uint8_t *bits = buffer(own, 1, (size_t)(count + 7) / 8);
  for (int row = 0; row < count; row++)
    if (values[row]) bits[row / 8] |= (uint8_t)(1 << row % 8);
  return own;
}

struct column *nothing(const char *name, int count) {
  struct column *own = column("n", name, count, 0);
  own->nulls = count;
  return own;
}

struct column *lists(const char *name, int count, const char *const *values) {
  struct column *own = column("+l", name, count, 2);
  int32_t *ends = buffer(own, 1, (size_t)(count + 1) * 4);
  for (int row = 0; row <= count; row++) ends[row] = row;
  own->child = texts("item", count, values);
  return own;
}

struct column *words(const char *format, const char *name, int count, const int *places,
                     size_t width, struct column *dictionary) {
  struct column *own = column(format, name, count, 2);
  char *bytes = buffer(own, 1, (size_t)count * width);
  bool nulls[4096] = {false}, any = false;
  for (int row = 0; row < count; row++) {
    any |= nulls[row] = places[row] < 0;
    int64_t place = places[row] < 0 ? 0 : places[row];
    memcpy(bytes + (size_t)row * width, &place, width); /* the lowest bytes come first */
  }
  own->dictionary = dictionary;
  if (any) with_nulls(own, nulls);
  return own;
}

/* Moves bits up. */
static void shift_bits(struct column *own, int place, int rows) {
  size_t size = (size_t)(own->length + rows + 7) / 8;
  uint8_t *old = own->buffers[place], *bits = buffer(own, place, size);
  for (int64_t row = 0; row < own->length; row++)
    if (old[row / 8] >> row % 8 & 1)
      bits[(row + rows) / 8] |= (uint8_t)(1 << (row + rows) % 8);
}

struct column *behind(int rows, struct column *own) {
  if (own->buffers[0]) shift_bits(own, 0, rows);
  if (!strcmp(own->format, "b")) {
    shift_bits(own, 1, rows);
  } else if (own->buffer_count > 1) {
    /* Rows of zeros before the others: empty texts, or the number 0. */
    size_t parts = (size_t)own->length + (own->format[0] == 'u' || own->format[0] == 'U');
    size_t width = own->sizes[1] / parts, before = (size_t)rows * width, size = own->sizes[1];
    void *old = own->buffers[1];
    memcpy((char *)buffer(own, 1, before + size) + before, old, size);
  }
  own->offset = rows;
  return own;
}

struct source *source_of(int64_t length, int column_count, ...) {
  struct source *own = keep(calloc(1, sizeof *own));
  va_list columns;
  va_start(columns, column_count);
  for (int place = 0; place < column_count; place++)
    own->columns[place] = va_arg(columns, struct column *);
  va_end(columns);
  own->column_count = column_count;
  own->length = length;
  own->batches = 1;
  return own;
}

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t place = 0; place < (int64_t)(intptr_t)schema->private_data; place++) {
    struct ArrowSchema *child = schema->children[place];
    if (child && child->release) child->release(child);
    free(child);
  }
  free(schema->children);
  if (schema->dictionary) {
    if (schema->dictionary->release) schema->dictionary->release(schema->dictionary);
    free(schema->dictionary);
  }
  schema->release = NULL;
}

static void fill_schema(struct column *own, struct ArrowSchema *schema) {
  memset(schema, 0, sizeof *schema);
  schema->format = own->format;
  schema->name = own->name;
  schema->flags = ARROW_FLAG_NULLABLE;
  schema->release = release_schema;
  if (own->child) {
    schema->private_data = (void *)1;
    schema->n_children = 1;
    schema->children = malloc(sizeof *schema->children);
    schema->children[0] = malloc(sizeof **schema->children);
    fill_schema(own->child, schema->children[0]);
  }
  if (own->dictionary) {
    schema->dictionary = malloc(sizeof *schema->dictionary);
    fill_schema(own->dictionary, schema->dictionary);
  }
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema) {
  struct source *own = stream->private_data;
  own->schemas++;
  if (own->schema_status) return own->schema_status;
  memset(schema, 0, sizeof *schema);
  schema->format = "+s";
  schema->release = release_schema;
  schema->private_data = (void *)(intptr_t)own->column_count;
  schema->n_children = own->column_count;
  schema->children = malloc((size_t)own->column_count * sizeof *schema->children + 1);
  for (int place = 0; place < own->column_count; place++) {
    schema->children[place] = malloc(sizeof **schema->children);
    fill_schema(own->columns[place], schema->children[place]);
  }
  if (own->spoil_schema) own->spoil_schema(schema);
  return 0;
}

/* What an array frees: what it was made with, not what a test made of it. */
struct held {
  void **buffers;
  int64_t buffer_count;
  struct ArrowArray **children;
  int64_t child_count;
  struct ArrowArray *dictionary;
  struct source *source;
};

static void release_array(struct ArrowArray *array) {
  struct held *held = array->private_data;
  for (int64_t place = 0; place < held->buffer_count; place++) free(held->buffers[place]);
  free(held->buffers);
  for (int64_t place = 0; place < held->child_count; place++) {
    struct ArrowArray *child = held->children[place];
    if (child->release) child->release(child);
    free(child);
  }
  free(held->children);
  if (held->dictionary) {
    if (held->dictionary->release) held->dictionary->release(held->dictionary);
    free(held->dictionary);
  }
  if (held->source) held->source->batches_released++;
  free(held);
  array->release = NULL;
}

static void hold(struct ArrowArray *array, struct held *held) {
  array->n_buffers = held->buffer_count;
  array->buffers = malloc((size_t)held->buffer_count * sizeof(void *) + 1);
  memcpy(array->buffers, held->buffers, (size_t)held->buffer_count * sizeof(void *));
  /* The list of pointers is freed with the buffers that it names. */
  held->buffers = realloc(held->buffers, (size_t)(held->buffer_count + 1) * sizeof(void *));
  held->buffers[held->buffer_count++] = array->buffers;
  array->n_children = held->child_count;
  if (held->child_count) {
    array->children = malloc((size_t)held->child_count * sizeof *array->children);
    memcpy(array->children, held->children, (size_t)held->child_count * sizeof *array->children);
    held->buffers = realloc(held->buffers, (size_t)(held->buffer_count + 1) * sizeof(void *));
    held->buffers[held->buffer_count++] = array->children;
  }
  array->dictionary = held->dictionary;
  array->private_data = held;
  array->release = release_array;
}

static void fill_array(struct column *own, struct ArrowArray *array) {
  memset(array, 0, sizeof *array);
  struct held *held = calloc(1, sizeof *held);
  array->length = own->length;
  array->null_count = own->nulls;
  array->offset = own->offset;
  held->buffer_count = own->buffer_count;
  held->buffers = calloc((size_t)own->buffer_count + 1, sizeof(void *));
  for (int64_t place = 0; place < own->buffer_count; place++) {
    if (!own->buffers[place]) continue;
    held->buffers[place] = malloc(own->sizes[place] ? own->sizes[place] : 1);
    memcpy(held->buffers[place], own->buffers[place], own->sizes[place]);
  }
  if (own->child) {
    held->child_count = 1;
    held->children = malloc(sizeof *held->children);
    held->children[0] = malloc(sizeof **held->children);
    fill_array(own->child, held->children[0]);
  }
  if (own->dictionary) {
    held->dictionary = malloc(sizeof *held->dictionary);
    fill_array(own->dictionary, held->dictionary);
  }
  hold(array, held);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *array) {
  struct source *own = stream->private_data;
  own->asked++;
  if (own->asked == own->fails_at) return EIO;
  memset(array, 0, sizeof *array);
  if (own->batches_given == own->batches) return 0;
  own->batches_given++;
  struct held *held = calloc(1, sizeof *held);
  held->source = own;
  held->buffer_count = 1;
  held->buffers = calloc(2, sizeof(void *));
  held->child_count = own->column_count;
  held->children = malloc((size_t)own->column_count * sizeof *held->children + 1);
  for (int place = 0; place < own->column_count; place++) {
    held->children[place] = malloc(sizeof **held->children);
    fill_array(own->columns[place], held->children[place]);
  }
  hold(array, held);
  array->length = own->length;
  array->offset = own->offset;
  if (own->spoil_batch) own->spoil_batch(array);
  return 0;
}

static const char *last_error(struct ArrowArrayStream *stream) {
  return ((struct source *)stream->private_data)->message;
}

static void release_stream(struct ArrowArrayStream *stream) {
  ((struct source *)stream->private_data)->released++;
  stream->release = NULL;
}

struct ArrowArrayStream stream_of(struct source *source) {
  struct ArrowArrayStream stream = {get_schema, get_next, last_error, release_stream, source};
  return stream;
}

static void write_text(FILE *out, const struct ArrowArray *array, int64_t row) {
  const int32_t *ends = array->buffers[1];
  int64_t at = array->offset + row;
  fwrite((const char *)array->buffers[2] + ends[at], 1, (size_t)(ends[at + 1] - ends[at]), out);
}

static bool is_null(const struct ArrowArray *array, int64_t row) {
  const uint8_t *bits = array->n_buffers ? array->buffers[0] : NULL;
  int64_t at = array->offset + row;
  return bits && !(bits[at / 8] >> at % 8 & 1);
}

static void write_cell(FILE *out, const struct ArrowSchema *schema, const struct ArrowArray *array,
                       int64_t row) {
  int64_t at = array->offset + row;
  if (schema->format[0] == 'n' || is_null(array, row)) {
    fputs("null", out);
  } else if (schema->dictionary) {
    write_text(out, array->dictionary, ((const int16_t *)array->buffers[1])[at]);
  } else if (!strcmp(schema->format, "u")) {
    write_text(out, array, row);
  } else if (!strcmp(schema->format, "i")) {
    fprintf(out, "%d", ((const int32_t *)array->buffers[1])[at]);
  } else if (!strcmp(schema->format, "l")) {
    fprintf(out, "%lld", (long long)((const int64_t *)array->buffers[1])[at]);
  } else if (!strcmp(schema->format, "f")) {
    /* Hexadecimal: every bit is told. */
    fprintf(out, "%a", (double)((const float *)array->buffers[1])[at]);
  } else if (!strcmp(schema->format, "g")) {
    fprintf(out, "%a", ((const double *)array->buffers[1])[at]);
  } else if (!strcmp(schema->format, "+l")) {
    const int32_t *ends = array->buffers[1];
    for (int32_t place = ends[at]; place < ends[at + 1]; place++) {
      fputc(';', out);
      write_text(out, array->children[0], place);
    }
  } else {
    fprintf(out, "?%s", schema->format);
  }
}

char *answers_of(struct ArrowArrayStream *stream, char **error) {
  char *text = NULL;
  size_t size = 0;
  if (error) *error = NULL;
  struct ArrowSchema schema = {0};
  bool fails = stream->get_schema(stream, &schema) != 0;
  FILE *out = open_memstream(&text, &size);
  while (!fails) {
    struct ArrowArray batch;
    fails = stream->get_next(stream, &batch) != 0;
    if (fails || !batch.release) break;
    for (int64_t row = 0; row < batch.length; row++) {
      for (int64_t place = 0; place < schema.n_children; place++) {
        fprintf(out, "%s%s=", place ? "|" : "", schema.children[place]->name);
        write_cell(out, schema.children[place], batch.children[place], row);
      }
      fputc('\n', out);
    }
    batch.release(&batch);
  }
  fclose(out);
  if (fails) {
    const char *told = stream->get_last_error(stream);
    if (error) *error = strdup(told ? told : "");
    free(text);
    text = NULL;
    /* What failed goes on to fail, and nobody is asked again. */
    struct ArrowArray batch;
    if (stream->get_next(stream, &batch) == 0 && batch.release) abort();
  }
  if (schema.release) schema.release(&schema);
  stream->release(stream);
  return text;
}
