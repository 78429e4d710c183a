/* The engine from C, and from whatever speaks C: batches of cases go in as an Arrow stream,
 * and their answers come out as one (https://arrow.apache.org/docs/format/CDataInterface.html).
 *
 * Every function may be called from any thread. A model and a scorer do not change, and may be
 * shared between threads; a stream belongs to one thread at a time. No function calls back, and
 * none prints. A process that was forked may go on with what it had if it asks for one thread.
 *
 * Text is UTF-8 and ends with a zero byte. A text that is returned through `char **` is the
 * caller's, who gives it back with dorsal_text_free. */
#ifndef DORSAL_H
#define DORSAL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* What a function answers. Everything but DORSAL_OK comes with a text in *error, if error is
 * not NULL. */
#define DORSAL_OK 0
#define DORSAL_ERROR_ARGUMENT 1 /* a NULL, a number out of its range, an unknown option */
#define DORSAL_ERROR_MODEL 2    /* a model that cannot be read */
#define DORSAL_ERROR_DATA 3     /* a schema or cases that cannot be read */
#define DORSAL_ERROR_FILE 4     /* a file that the system refuses */

/* A model, and a scorer of it. */
typedef struct dorsal_model dorsal_model;
typedef struct dorsal_scorer dorsal_scorer;

/* The version of this interface. A host that was made for another one does not go on. */
#define DORSAL_ABI_VERSION 1
int32_t dorsal_abi_version(void);

/* The version of the engine, such as "0.4.0"; it is nobody's to free. */
const char *dorsal_version(void);

/* Gives back a text. NULL is allowed. */
void dorsal_text_free(char *text);

/* Loads a model from its folder. *model is the caller's, who gives it back with
 * dorsal_model_free. Costs some 20 ms. */
int32_t dorsal_model_open(const char *folder, dorsal_model **model, char **error);

/* Loads a model from tables in memory: count names of files, such as "findings.csv", and as many
 * contents with their lengths in bytes. Nothing of them is kept. */
int32_t dorsal_model_from_tables(int64_t count, const char *const *names,
                                 const uint8_t *const *contents, const int64_t *lengths,
                                 dorsal_model **model, char **error);

/* Gives back a model. Scorers made of it stay as they are. NULL is allowed. */
void dorsal_model_free(dorsal_model *model);

/* What a model holds, as JSON: its card, settings, findings with their states, causes. */
int32_t dorsal_model_describe(const dorsal_model *model, char **json, char **error);

/* Makes a scorer. options is a JSON object, or NULL for the defaults:
 *
 *   setting                 the setting of cases that name none; the model's first
 *   prior_weight            the power that priors are raised to, 0 to 1; 1
 *   top                     how many leading causes are given, 1 or more; 5
 *   all                     a column with the probability of every cause instead; false
 *   interval                the probability that intervals cover, above 0 and below 1; no intervals
 *   misfit                  whether columns say how badly the findings fit every cause; false
 *   calibration             the text of a calibration file; none
 *   coverage                one of the coverages that the calibration was prepared for; no sets
 *   threads                 1 to 1024; 1
 *   id                      the column of ids; "id"
 *   ignore_unknown_columns  whether columns that the model does not know are passed over; false
 *   unknown                 a list of words that mean unknown; the usual ones
 *   strict                  whether nothing but exact ids of states is taken; false
 *
 * Costs some milliseconds, with misfit some tens of them. */
int32_t dorsal_scorer_make(const dorsal_model *model, const char *options, dorsal_scorer **scorer,
                           char **error);

/* Gives back a scorer. Streams made of it stay as they are. NULL is allowed. */
void dorsal_scorer_free(dorsal_scorer *scorer);

/* Scores a stream of batches: each batch of `cases` gives one batch of as many rows, in the same
 * order, when it is asked for.
 *
 * A column of `cases` is named as a finding, "id" or "diagnosis" (which scoring passes over), and
 * is of any type of text, dictionaries of texts, booleans, whole numbers, floats, decimals or
 * null. Null and NaN are unknown. Dictionaries may differ from batch to batch; a word
 * of them is read once for every 4,096 rows.
 *
 * Columns of `answers`: id, setting, urgency, findings_known, then cause_1, probability_1 (and
 * lower_1, upper_1), cause_2 ... or p_CAUSE (and lower_CAUSE, upper_CAUSE) of every cause; set;
 * misfit and misfit_share; fault. A row that cannot be read has its faults in `fault`, and null in
 * every other column but the id; where the row is fine, `fault` is null.
 *
 * On DORSAL_OK `cases` has moved into `answers` (its release is NULL), which the caller
 * releases. Otherwise `cases` is the caller's as before. A batch that is not what its schema says
 * ends the answers with an error of the stream. */
int32_t dorsal_score(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                     struct ArrowArrayStream *answers, char **error);

/* The functions below read a whole stream. On every return `cases` has been released. */

/* Why one case got its ranking: the case at `row` of the stream, as "json", "text" or "html". */
int32_t dorsal_explain(const dorsal_scorer *scorer, struct ArrowArrayStream *cases, int64_t row,
                       const char *format, char **explanation, char **error);

/* What is worth finding out next of a case, as JSON. */
int32_t dorsal_suggest(const dorsal_scorer *scorer, struct ArrowArrayStream *cases, int64_t row,
                       char **suggestions, char **error);

/* How the answers compare with the column "diagnosis", as "json" or "text". Rows that cannot be
 * read are left out and counted. */
int32_t dorsal_evaluate(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                        const char *format, char **evaluation, char **error);

/* Fits a calibration to the column "diagnosis": the text of a calibration file, for the option
 * "calibration" of a scorer. options is a JSON object, or NULL: method ("vector"), folds, ridge,
 * seed, coverages, as those of `dorsal calibrate`. */
int32_t dorsal_calibrate(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                         const char *options, char **calibration, char **report, char **error);

#ifdef __cplusplus
}
#endif

#endif /* DORSAL_H */
