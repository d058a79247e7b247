# personsvar. On a fresh Debian or Ubuntu machine every target gets what it needs first: system packages where
# they are missing (as root), a virtual environment as the locks say, an Asterisk (see dialplan/switch). A FreeSWITCH is
# the one on PATH: no release of Debian or Ubuntu has one.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check unit browser real coverage erased freeswitch-test freeswitch-calls compose-test bench faults size transcripts newcomers prompts screenshots images locks venv venv-run peers handsets voices \
	first-time system system-run system-bench system-compose asterisk switch freeswitch-there clean

BIN := .venv/bin
CODE := personsvar tests dialplan docker
REAL_WORKERS ?= 6
UNIT_WORKERS ?= 2
SWITCH ?= $(or $(PERSONSVAR_SWITCH),asterisk)
FREESWITCH := $(shell command -v freeswitch)
NO_FREESWITCH := there is no freeswitch on PATH

help:
	@echo "make run      the voicemail and an Asterisk on 127.0.0.1:5060, with three demo subscribers; Ctrl-C ends it"
	@echo "make run SWITCH=freeswitch  the same with the FreeSWITCH on PATH"
	@echo "make test     everything that can be told without a second machine, calls through a real Asterisk too"
	@echo "make coverage  which lines those tests run, in twice their time"
	@echo "make freeswitch-test  those calls through a real FreeSWITCH, where one is on PATH"
	@echo "make compose-test  docker-compose.yml, started for real: calls, messages, restarts, a restored backup (as root)"
	@echo "make bench    measurements against Asterisk's own voicemail: tables, no verdicts"
	@echo "make faults   a thousand rounds of calls with something killed, full, away, slow or in another year in the middle"
	@echo "make size     every use case in a small and a large installation: tables, no verdicts"
	@echo "make transcripts  every sound of the tests, heard by the engine that hears speech: a table, no verdict"
	@echo "make newcomers    a fresh Debian 12, Debian 13 and Ubuntu 24.04, each from nothing to an answered call (as root)"
	@echo "make prompts  the sounds, built from prompts/catalogue"
	@echo "make screenshots  the pictures of the page in README, taken anew"
	@echo "make images   the Docker images of docker-compose.yml, built here"
	@echo "make locks    which packages, and which of their releases: written anew from pyproject.toml"

# The switch tells which it is, so what finds it need not.
run: FOUND := >/dev/null
run: export PERSONSVAR_SWITCH := $(SWITCH)
run: freeswitch-there first-time system-run venv-run switch
	@setpriv --pdeathsig INT $(BIN)/python -m dialplan.demo

test: system venv peers handsets voices asterisk check unit browser real
	@echo "personsvar: FreeSWITCH's tests were not run: $(if $(FREESWITCH),make freeswitch-test runs them,$(NO_FREESWITCH))"

# What a reader, not a phone, would find.
check: venv
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

unit: venv voices
	$(BIN)/pytest -n $(UNIT_WORKERS) --ignore tests/real --ignore tests/freeswitch --ignore tests/compose --ignore tests/browser $(MEASURED)

# The page for subscribers in a real browser, two of them at once. What fails is tried once more, as below.
browser: venv
	@$(BIN)/python -m tests.once_more -n 2 --dist loadfile tests/browser

# The calls mostly wait, so more of them at once than there are cores; a worker keeps its Asterisk. What fails on a
# machine that is busy is tried once more, alone, and named in the last line: it is to be looked at.
real: venv peers handsets asterisk
	@$(BIN)/python -m tests.once_more -n $(REAL_WORKERS) --dist worksteal tests/real $(MEASURED)
	@$(BIN)/python -m tests.once_more

# Which lines the tests run. To see that takes twice the time, so it is no part of `make test`. What runs in processes of
# its own (a notifier that is killed, the IMAP server) is tested there and not seen.
coverage: MEASURED := --cov --cov-append --cov-report=
coverage: erased unit real
	$(BIN)/coverage report --skip-covered --fail-under=88

erased: venv
	$(BIN)/coverage erase

# The same calls with the other switch.
freeswitch-test:
ifeq ($(FREESWITCH),)
	@echo "personsvar: FreeSWITCH's tests were not run: $(NO_FREESWITCH)"
else
	@$(MAKE) --no-print-directory freeswitch-calls
endif

freeswitch-calls: system venv
	@$(BIN)/python -m tests.once_more -n $(REAL_WORKERS) --dist worksteal tests/freeswitch
	@$(BIN)/python -m tests.once_more

# The images first, so that what they take is told; the tests then start from them. What fails is tried once more, as above.
compose-test: system-compose venv voices
	$(BIN)/python -m tests.compose.images
	@$(BIN)/python -m tests.once_more tests/compose -o timeout=600 --durations=10

bench: system system-bench venv peers voices asterisk
	@$(BIN)/python -m tests.measured bench

# What it reads of the environment (FAULTS_ROUNDS, FAULTS_SEED) stands in docs/faults.md.
faults: system venv peers asterisk
	@$(BIN)/python -m tests.faults

# What it reads of the environment (SIZE_LARGE) stands in docs/size.md.
size: system venv
	@$(BIN)/python -m tests.size.measure

transcripts: system venv voices
	@$(BIN)/python -m tests.speech.table

# Not in CI: each installs all there is.
newcomers: system venv
	@$(BIN)/python -m tests.newcomers

prompts: system venv
	$(BIN)/personsvar prompts build

screenshots: system venv
	$(BIN)/python -m tests.browser.screenshots

# What it reads of the environment stands in docker/build.
images:
	@docker/build

first-time:
	@[ -e .venv ] || echo "personsvar: the first time, what it needs is installed, an Asterisk too: two to five minutes, mostly silent"

system:
	@.ci/packages run test

system-run:
	@.ci/packages run

system-bench:
	@.ci/packages bench

# What it is started with, and what calls it.
system-compose:
	@.ci/packages run compose bench

# What it takes of the environment (UPGRADE) stands there.
locks:
	@.ci/locks

venv:
	@.ci/venv develop

venv-run:
	@.ci/venv run

peers:
	@.ci/peers

# Two visual voicemail clients, each in a private Debian of its own.
handsets: venv
	@$(BIN)/python -m tests.peers.vvm.roots

# A speech model, and a voice that it understands.
voices: venv
	@$(BIN)/python -m tests.speech.voices

asterisk:
	@$$(.ci/python) -m dialplan.switch find --switch asterisk $(FOUND)

switch:
	@$$(.ci/python) -m dialplan.switch find $(FOUND)

# Before anything is installed.
freeswitch-there:
ifeq ($(SWITCH)$(FREESWITCH),freeswitch)
	@echo "personsvar: $(NO_FREESWITCH)" >&2; exit 1
endif

clean:
	rm -rf .venv .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov
