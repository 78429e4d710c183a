#!/bin/sh
# Runs each fuzz target for so many seconds, on the kept corpus and what grew from it before; or so many
# times, on the kept corpus alone and always the same.
# usage: run.sh [SECONDS] | run.sh --runs COUNT
set -e
cd "$(dirname "$0")/../.."
grown_in=.build-fuzz/corpus
if [ "$1" = --runs ]; then
  grown_in=.build-fuzz/once
  rm -rf $grown_in
  extent="-runs=$2 -seed=1"
else
  extent=-max_total_time=${1:-60}
fi
kept=Tests/Torture/corpus
export FUZZ_MODEL=$kept/model SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
failed=0
for reader in CSV NDJSON Arrow Mapping FHIR ModelTable CalibrationJSON DiaryCSV; do
  seeds=.build-fuzz/seeds/$reader grown=$grown_in/$reader
  rm -rf $seeds && mkdir -p $seeds $grown .build-fuzz/faults
  case $reader in
    CSV) cp $kept/cases.csv $seeds ;;
    NDJSON) cp $kept/cases.jsonl $seeds ;;
    Arrow) cp Tests/DorsalTests/Fixtures/arrow/*.arrow* $seeds ;;
    # A mapping, a byte of zero, a case file.
    Mapping) { cat Data/export_redcap.map.csv; printf '\0'; cat Data/export_redcap.csv; } > $seeds/redcap ;;
    FHIR) split -l 1 Data/examples_fhir.ndjson $seeds/response- ;;
    DiaryCSV) cp $kept/diary.csv $seeds ;;
    CalibrationJSON) cp $kept/calibration-*.json $seeds ;;
    ModelTable)
      # The order of ModelTables.fileNames, which the letter counts along.
      letter=a
      for table in model.json findings.csv causes.csv priors.csv likelihoods.csv groups.csv parents.csv \
        red_flags.csv losses.csv associations.csv sources.csv plausibility.csv steps.csv inputs.csv \
        scores.csv score_items.csv score_bands.csv; do
        if [ -f $kept/model/$table ]; then
          { printf %s $letter; cat $kept/model/$table; } > $seeds/$table
        fi
        letter=$(printf %s $letter | tr a-y b-z)
      done ;;
  esac
  # Inputs that once showed a fault stay.
  if [ -d Tests/Fuzz/kept/$reader ]; then cp Tests/Fuzz/kept/$reader/* $seeds; fi
  log=.build-fuzz/faults/$reader.log
  if .build-fuzz/targets/$reader $extent -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
    -artifact_prefix=.build-fuzz/faults/$reader- $grown $seeds > $log 2>&1; then
    echo "fuzz $reader: $(grep -o 'Done [0-9]* runs in [0-9]* second' $log), no fault"
  else
    failed=1
    echo "fuzz $reader: FAULT, see $log"
    tail -5 $log
  fi
done
exit $failed
