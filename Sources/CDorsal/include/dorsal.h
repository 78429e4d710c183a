/* The engine from C, and from whatever speaks C: batches of cases go in as an Arrow stream,
 * and their answers come out as one (https://arrow.apache.org/docs/format/CDataInterface.html).
 *
 * Every function may be called from any thread. A model and a scorer do not change, and may be
 * shared between threads; a stream belongs to one thread at a time. No function calls back but
 * those of the streams that it is given, and none prints. A process that was forked while no other
 * thread was in a call may go on with what it had. Where the process before it had
 * begun to use threads, as loading a model does, the forked one works on a single thread whatever is
 * asked for, and calibrations and dorsal_fit_new, which wait for threads, answer DORSAL_ERROR_FORKED.
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
#define DORSAL_ERROR_REFUSED 5  /* a fit that is no better than the model that it began with */
#define DORSAL_ERROR_FORKED 6   /* work that waits for threads, which were lost by a fork */

/* A model, and a scorer of it. */
typedef struct dorsal_model dorsal_model;
typedef struct dorsal_scorer dorsal_scorer;

/* The version of this interface. A host that was made for another one does not go on. Functions,
 * options, columns behind the others and errors may be added to a version; nothing of it changes:
 * a host takes a status that it does not know as an error, and columns by their names. */
#define DORSAL_ABI_VERSION 1
int32_t dorsal_abi_version(void);

/* The version of the engine, such as "0.4.0"; it is nobody's to free. */
const char *dorsal_version(void);

/* Gives back a text. NULL is allowed. */
void dorsal_text_free(char *text);

/* Loads a model from its folder. *model is the caller's, who gives it back with
 * dorsal_model_free. Costs some hundredths of a second. */
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
 *   mapping                 the text of a mapping file, which says what columns mean; none
 *   passthrough             a list of columns that dorsal_score puts into the answers as they are,
 *                           or true for all that say nothing to the model; none
 *
 * Costs some milliseconds, with misfit as much as the model. */
int32_t dorsal_scorer_make(const dorsal_model *model, const char *options, dorsal_scorer **scorer,
                           char **error);

/* Gives back a scorer. Streams made of it stay as they are. NULL is allowed. */
void dorsal_scorer_free(dorsal_scorer *scorer);

/* Scores a stream of batches: each batch of `cases` gives one batch of as many rows, in the same
 * order, when it is asked for.
 *
 * A column of `cases` is named as a finding, "id" or "diagnosis" (which scoring passes over), and
 * is of any type of text, dictionaries of texts, booleans, whole numbers, floats, decimals of 128
 * bits or null; ids are texts or whole numbers, and diagnoses texts. Its name may have a unit, such as "haemoglobin[g/dL]". Null and NaN are unknown.
 * Dictionaries may differ from batch to batch; a word of them is read once for some 2,000 rows.
 * With the option mapping, columns that it names mean what it says, of any of these types, and
 * others that the model does not know are passed over.
 *
 * Columns of `answers`: id, setting, urgency, findings_known, then cause_1, probability_1 (and
 * lower_1, upper_1), cause_2 ... or p_CAUSE (and lower_CAUSE, upper_CAUSE) of every cause; set;
 * misfit and misfit_share; fault. A row that cannot be read has its faults in `fault`, and null in
 * every other column but the id; where the row is fine, `fault` is null. Columns that pass through
 * stand behind all these, of whatever type they are; they are the memory of `cases`, of which
 * nothing is copied, and a batch of `cases` is then released with the columns of its answers.
 *
 * The schema of `answers` has metadata: "dorsal.passed_over", a JSON list of the names of columns
 * that say nothing to the model (at most 100), and "dorsal.warnings", a JSON list of sentences: of
 * those names that were probably meant to be read, and of lines of the mapping that are to be
 * decided. What there is nothing to say of is left out.
 *
 * On DORSAL_OK `cases` has moved into `answers` (its release is NULL), which the caller
 * releases. Otherwise `cases` is the caller's as before. A batch that is not what its schema says
 * ends the answers with an error of the stream. */
int32_t dorsal_score(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                     struct ArrowArrayStream *answers, char **error);

/* The functions below read a whole stream, or the first two as far as their row. On every return
 * `cases` has been released. Of the scorer's options those of columns (top, all, interval, misfit,
 * coverage, passthrough) count for dorsal_score, and below where it is said. */

/* Why one case got its ranking: the case at `row` of the stream, as "json", "text" or "html". With
 * the scorer's interval and calibration. */
int32_t dorsal_explain(const dorsal_scorer *scorer, struct ArrowArrayStream *cases, int64_t row,
                       const char *format, char **explanation, char **error);

/* What is worth finding out next of a case, as JSON. It goes by the model's own posteriors: a scorer
 * with a calibration is an error of the argument. */
int32_t dorsal_suggest(const dorsal_scorer *scorer, struct ArrowArrayStream *cases, int64_t row,
                       char **suggestions, char **error);

/* How the answers compare with the column "diagnosis", as "json" or "text", with the scorer's
 * calibration and the sets of its coverage. Rows that cannot be read are left out and counted: the
 * member "rows" of the JSON has how many were "read" and "left_out", and of the first 1,000 of those
 * the "row", "id" and "fault" in "faults"; the text ends with a line. */
int32_t dorsal_evaluate(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                        const char *format, char **evaluation, char **error);

/* The same as asked for. options is a JSON object, or NULL:
 *
 *   by                  a list of findings, and of columns that are none, to give subgroups by; none
 *   weight              the column of the weights of cases, as surveys have them; all count one
 *   patients            the column that says whose visit a row is; every row is a patient of its own
 *   visits              whether rows with one id are visits of one patient; false
 *   rules               whether it is told what each red-flag rule does; false
 *   bootstrap, seed     how many samples are behind the intervals, 1000, and where they begin, 1; a
 *                       seed is below 2^53
 *
 * Columns that are named need not be known to the model. Samples are of patients, with their rows. A
 * weight that is none is an error of the data, which tells the rows. Each row counts, also where an
 * id stands twice. */
int32_t dorsal_evaluate_with(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                             const char *options, const char *format, char **evaluation,
                             char **error);

/* Fits a calibration to the column "diagnosis": the text of a calibration file, for the option
 * "calibration" of a scorer. options is a JSON object, or NULL: method ("vector"), folds, ridge,
 * shrinkage, seed, coverages, as those of `dorsal calibrate`; force, whether a correction that does not help
 * is kept (false): without it the file then changes nothing, and its report says so. Rows that cannot
 * be read are left out, and the report says how many. A scorer with a calibration is an error of the
 * argument. */
int32_t dorsal_calibrate(const dorsal_scorer *scorer, struct ArrowArrayStream *cases,
                         const char *options, char **calibration, char **report, char **error);

/* Fits a model to the column "diagnosis": what `dorsal fit --prior-model` does. *tables is an
 * object of JSON, the content of each file by its name: what dorsal_model_from_tables takes.
 * *report says what the fit changes, each case judged by a fit to the others. Where the log loss
 * does not fall, emergencies are lost or there are too few cases, the answer is
 * DORSAL_ERROR_REFUSED, with a report and without tables. Rows that cannot be read are left out and
 * counted, and so are rows whose id stood before.
 *
 * options is a JSON object, or NULL. setting, threads, id, ignore_unknown_columns, unknown, strict
 * and mapping are those of a scorer; the others:
 *
 *   keep_priors   for cases that were not taken as they came; false
 *   model_weight  what the model weighs against the cases; chosen by cross-validation
 *   counts_alone  whether likelihoods are counted and not fitted; false
 *   name          of the new model; the old one's with "-local"
 *   force         whether there is a model, or a calibration, that does not help; false
 *   visits        whether rows with one id are visits of one patient; false
 *   source        what the numbers cite; "a table"
 *   date          when they were taken, yyyy-mm-dd; today
 *   checksum      the SHA-256 of the file that the cases come from; that of the cases
 *   calibration   the method of a calibration of the new model, fitted to posteriors that models of
 *                 the other folds gave; none. With folds (10), ridge (1), shrinkage (0), seed (1)
 *
 * *calibration is the text of a calibration file, or NULL if none is asked for. calibration may be
 * NULL then, and report too. */
int32_t dorsal_fit(const dorsal_model *model, struct ArrowArrayStream *cases, const char *options,
                   char **tables, char **calibration, char **report, char **error);

/* Makes a model from nothing but a table: what `dorsal fit` does without a prior model. Columns are
 * findings, whatever their names are; the column "diagnosis", or another one that is named, is the
 * cause. Where names or words of the table are no ids, *recoded is the table in those of the model,
 * as CSV, and otherwise NULL; recoded may be NULL, and so may report. tables, calibration and the
 * options from name on are those of dorsal_fit (but for shrinkage, which is 1). The others:
 *
 *   label           the column with the cause; "diagnosis"
 *   ignore          a list of columns that are no findings, which may be of any type
 *   unknown         a list of words that mean an unknown finding, beside null and empty texts
 *   edges           where columns of numbers are cut: an object of lists by name
 *   cuts            into how many parts of equal count others are cut; 5
 *   pseudo_count    what is added to each count; 0.5
 *   finding_weight  the weight of every finding, 0.1 to 1; chosen by cross-validation
 *   threads         1 to 1024; 1 */
int32_t dorsal_fit_new(struct ArrowArrayStream *table, const char *options, char **tables,
                       char **recoded, char **calibration, char **report, char **error);

/* The functions below give a stream, batch by batch, when it is asked for. The caller releases it;
 * what it was made of may go before it. */

/* Draws cases from a model: those of `dorsal simulate` with the same options. Columns are id,
 * diagnosis, setting and the other findings in the order of the model: dictionaries of texts,
 * and 64-bit floats for numbers. options is a JSON object:
 *
 *   count            how many cases; has to be given
 *   seed             where the random numbers begin; 1
 *   setting          whose priors causes are drawn from; the model's first
 *   missing          the probability with which a finding is unknown; 0
 *   missing_by       "chance", or "workup" for tests that are ordered on suspicion; "chance"
 *   correlation      of findings of one group given the cause: a number, or an object of numbers by
 *                    group; the model's
 *   priors           the text of a table of cause and probability; the model's
 *   misspecify       whether the likelihoods are drawn too; false
 *   likelihood_seed  where their random numbers begin; the seed
 *   threads          1 to 1024; 1 */
int32_t dorsal_simulate(const dorsal_model *model, const char *options,
                        struct ArrowArrayStream *cases, char **error);

/* Evaluates the clinical scores of a stream of cases: `dorsal scores --csv`. Rows of `answers` are
 * those of every case and score that it has inputs for, with the columns id, score, least and
 * greatest (points), band, label, meaning, known and inputs (how many), missing (a list of names)
 * and fault. A case that cannot be read has one row with its fault. Columns of `cases` are findings
 * of the model and the inputs of scores.
 *
 * options is a JSON object, or NULL: threads, id, ignore_unknown_columns, unknown, strict and
 * mapping as those of a scorer, and scores, a list of scores that are answered for every case.
 * `cases` moves as in dorsal_score. A model without scores is an error of the argument. */
int32_t dorsal_scores(const dorsal_model *model, struct ArrowArrayStream *cases,
                      const char *options, struct ArrowArrayStream *answers, char **error);

#ifdef __cplusplus
}
#endif

#endif /* DORSAL_H */
