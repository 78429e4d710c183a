# Two commands on a fresh Debian machine with Swift, git and make:
#   make demo   installs what is missing, builds, and shows patients and the shipped vignettes
#   make test   installs what is missing, builds, and passes the tests
.PHONY: demo docs test build install uninstall install-libraries check sanitize kernels bench \
  bench-peers torture torture-quick fuzz wheel \
  test-python test-page clean

ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
PACKAGES := libopenblas-dev liblapacke-dev zlib1g-dev libzstd-dev pkg-config

DORSAL := .build/release/dorsal

# One screen of 80 columns and 24 lines.
demo: build
	@echo
	@echo "Patients of Data/examples.csv"
	@for id in gardener retired-nurse commuter; do \
	  $(DORSAL) explain Data/examples.csv --id $$id --top 1 | awk -v id=$$id ' \
	    NR == 4 { sub(/, then.*/, "."); printf "  %-13s %s\n", id, $$0 } \
	    NR == 6 { sub(/, most of all.*/, "."); printf "  %-13s %s\n", "", $$0 }' | cut -c1-80; done
	@echo
	@echo "70 published vignettes of Data/vignettes.csv, beside their diagnoses"
	@$(DORSAL) evaluate Data/vignettes.csv --quiet 2> /dev/null | grep -E '^(diagnosis (ranked|in)|mean rec|log loss .nats|emergencies given u)' | sed -n '1,6s/^/  /p' | cut -c1-80
	@echo
	@echo "Where to go next"
	@echo "  export PATH=$(CURDIR)/.build/release:\$$PATH"
	@echo "  dorsal explain Data/examples.csv --id retired-nurse    why, finding by finding"
	@echo "  dorsal ask                                             a patient of your own"
	@echo "  README.md                                              your files, questions"
	@echo
	@echo "For research and to support clinicians; it does not diagnose patients."

build: install-libraries
	swift build -c release

# The tool, the shipped models, completions for shells and a manual page, under PREFIX.
PREFIX ?= /usr/local
install: build
	install -d $(PREFIX)/bin $(PREFIX)/share/dorsal $(PREFIX)/share/man/man1 \
	  $(PREFIX)/share/bash-completion/completions $(PREFIX)/share/zsh/site-functions \
	  $(PREFIX)/share/fish/vendor_completions.d
	install -m 755 .build/release/dorsal $(PREFIX)/bin/dorsal
	rm -rf $(PREFIX)/share/dorsal/Models && cp -R Models $(PREFIX)/share/dorsal/Models
	.build/release/dorsal --generate-completion-script bash \
	  > $(PREFIX)/share/bash-completion/completions/dorsal
	.build/release/dorsal --generate-completion-script zsh \
	  > $(PREFIX)/share/zsh/site-functions/_dorsal
	.build/release/dorsal --generate-completion-script fish \
	  > $(PREFIX)/share/fish/vendor_completions.d/dorsal.fish
	mkdir -p .build/manual
	swift package --allow-writing-to-package-directory generate-manual --multi-page \
	  --output-directory .build/manual
	install -m 644 .build/manual/dorsal.1 .build/manual/dorsal.*.1 $(PREFIX)/share/man/man1

uninstall:
	rm -rf $(PREFIX)/bin/dorsal $(PREFIX)/share/dorsal $(PREFIX)/share/man/man1/dorsal.1 $(PREFIX)/share/man/man1/dorsal.*.1 \
	  $(PREFIX)/share/bash-completion/completions/dorsal \
	  $(PREFIX)/share/zsh/site-functions/_dorsal \
	  $(PREFIX)/share/fish/vendor_completions.d/dorsal.fish

test: install-libraries check
	swift build -c release --build-tests
	swift test -c release --skip-build
	.build/release/dorsal-bench run --quick
	swift build --build-tests
	swift test --skip-build --filter DorsalTests

# OpenBLAS, LAPACKE, zlib and zstd, where pkg-config does not find them yet.
install-libraries:
	@pkg-config --exists openblas lapacke zlib libzstd 2>/dev/null || { \
	  $(ROOT) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -qq --no-install-recommends $(PACKAGES); }

# The style, and that unsafe code and C stay behind the fence.
check:
	swift format lint --strict -r Sources Tests Benchmarks Examples Package.swift
	! grep -rlwE 'unsafe|Unsafe[A-Za-z]*Pointer|import (COpenBLAS|CZlib|CZstd|CKernels|CDorsal)' Sources Benchmarks \
	  --include '*.swift' | grep -vE '^Sources/(DorsalNumerics/(LinearAlgebra|Kernels)|DorsalInterface)/'

# The library's tests under the address and thread sanitizers.
sanitize: install-libraries
	swift test --disable-xctest --sanitize address --scratch-path .build-address --filter DorsalTests
	swift test --disable-xctest --sanitize thread --scratch-path .build-thread --filter DorsalTests

# Tries to break the tool, and prints what held: SECURITY.md says what must. Python alone, and a
# compiler of C for calls that fail. Under 30 minutes; the sample under 2.
torture: build
	python3 Tests/Torture/run.py --dorsal $(DORSAL)

torture-quick:
	python3 Tests/Torture/run.py --dorsal $(DORSAL) --quick

# Each reader under libFuzzer and the address sanitizer, for so many seconds; kept inputs come first.
SECONDS ?= 60
fuzz: install-libraries
	Tests/Fuzz/build.sh
	Tests/Fuzz/run.sh $(SECONDS)

# The release tests with each of OpenBLAS's kernels that this processor can run.
kernels: build
	swift build -c release --build-tests
	for core in Prescott Nehalem \
	  $$(grep -qw avx /proc/cpuinfo && echo Sandybridge) \
	  $$(grep -qw avx2 /proc/cpuinfo && echo Haswell) \
	  $$(grep -qw avx512dq /proc/cpuinfo && echo SkylakeX); do \
	  OPENBLAS_CORETYPE=$$core swift test -c release --skip-build --filter DorsalTests || exit 1; done

# The pages of the library, in .build/pages. Needs docc, which stands beside swift in the toolchain of
# swift.org. To read them: python3 -m http.server --directory .build/pages, then /documentation/dorsal
MODULES := Dorsal DorsalNumerics DorsalCore DorsalLearning DorsalReport
docs: build
	@command -v docc > /dev/null || { \
	  echo "make docs needs docc, which stands beside swift in the toolchain of swift.org"; exit 1; }
	rm -rf .build/graphs .build/pages && mkdir -p .build/graphs
	for module in $(MODULES); do \
	  swift symbolgraph-extract -module-name $$module -I .build/release/Modules \
	    -I Sources/COpenBLAS -I Sources/CZlib -I Sources/CZstd -Xcc -fmodule-map-file=.build/release/CKernels.build/module.modulemap \
	    -target $$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | sed 1q) \
	    -minimum-access-level public -skip-synthesized-members -output-dir .build/graphs || exit 1; done
	docc convert Sources/Dorsal/Dorsal.docc --fallback-display-name Dorsal \
	  --fallback-bundle-identifier dorsal --additional-symbol-graph-dir .build/graphs \
	  --output-path .build/pages

# The wheel of the Python package, Python/dist/*.whl: the engine with OpenBLAS and the Swift runtime
# inside and only its own functions outside, and the model. A build of its own, of some six minutes.
PLATFORM ?= linux_$(shell uname -m)
WHEEL := .build-wheel
wheel: install-libraries
	mkdir -p $(WHEEL)/pkg/archives Python/build
	cp Python/*.pc $(WHEEL)/pkg
	ln -sf "$$(pkg-config --variable=libdir openblas)"/libopenblas.a \
	  "$$(pkg-config --variable=libdir lapacke)"/liblapacke.a $(WHEEL)/pkg/archives
	PKG_CONFIG_PATH=$(CURDIR)/$(WHEEL)/pkg swift build -c release --product DorsalInterface \
	  --scratch-path $(WHEEL) -Xswiftc -static-stdlib -Xlinker --gc-sections -Xlinker --as-needed \
	  -Xlinker --version-script=$(CURDIR)/Python/exports.map -Xlinker -soname=libdorsal.so.1
	strip -o Python/build/libdorsal.so $(WHEEL)/release/libDorsalInterface.so
	test -x $(WHEEL)/python/bin/python || python3 -m venv $(WHEEL)/python
	$(WHEEL)/python/bin/pip install --quiet build
	DORSAL_PLATFORM=$(PLATFORM) $(WHEEL)/python/bin/python -m build --wheel Python

# The Python package with the engine of `make build`, in a Python environment of its own.
PYTHON := .build-python
test-python: build
	test -x $(PYTHON)/bin/python || python3 -m venv $(PYTHON)
	$(PYTHON)/bin/pip install --quiet --requirement Python/requirements-test.txt
	DORSAL_LIBRARY=$(CURDIR)/.build/release/libDorsalInterface.so PYTHONPATH=Python/src \
	  $(PYTHON)/bin/python -m pytest -q Python/tests

# The page of the service in a headless Chromium, beside the tool: needs Debian's chromium and
# chromium-driver, and a Python environment of its own.
PAGE := .build-page
test-page: build
	@command -v chromedriver > /dev/null || { \
	  echo "make test-page needs Chromium: apt-get install chromium chromium-driver"; exit 1; }
	swift build --package-path Service --product dorsal-serve
	test -x $(PAGE)/bin/python || python3 -m venv $(PAGE)
	$(PAGE)/bin/pip install --quiet --requirement Service/Tests/page/requirements.txt
	$(PAGE)/bin/python Service/Tests/page/page.py \
	  --serve Service/.build/debug/dorsal-serve --dorsal $(DORSAL)

bench: build
	.build/release/dorsal-bench

# The same work by other tools, in turn with Dorsal, in a Python environment of its own.
PEERS := .build-peers
bench-peers: build
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --requirement Benchmarks/peers/requirements.txt
	test -f $(PEERS)/data/cases.csv || .build/release/dorsal-bench generate $(PEERS)/data
	$(PEERS)/bin/python Benchmarks/peers/run.py $(PEERS)/data \
	  --bench .build/release/dorsal-bench --output Benchmarks/Results/peers.json

clean:
	rm -rf .build .build-*
