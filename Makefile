# Each target is thin over a documented command; on Windows, without make, type that command.

PYTHON ?= python3
SENSE ?= voice
CORPUS ?= ravdess
ROUNDS ?= 100
JOBS ?= 200
COUNT ?= 5000
SEED ?= 1
FROM ?= 0
ARGS ?=
EXAMPLES ?= 200
do := $(PYTHON) setup.py
.PHONY: help run serve worker doctor install test coverage lowest lint audit kill fuzz load bench capacity samples demo download prepare train evaluate report docs migration clean

help:      ## show this
	@sed -n 's/^\([a-z]*\): *## /\1\t/p' Makefile | expand -t 12

run:       ## set up and serve http://127.0.0.1:5000
	@$(do) run $(ARGS)

serve:     ## set up and serve with gunicorn; "make worker" does the jobs
	@$(do) serve $(ARGS)

worker:    ## do the jobs of a server without a worker beside it
	@$(do) worker $(ARGS)

doctor:    ## check this installation and say what to mend
	@$(do) doctor $(ARGS)

install:   ## set up and check the models, without starting
	@$(do) install

test:      ## set up and run the tests; ARGS="tests/cli -x" goes to pytest
	@$(do) test $(ARGS)

coverage:  ## the tests, and which modules they cover least
	@$(do) coverage $(ARGS)

lowest:    ## the tests on the lowest versions that requirements.in allows
	@$(do) lowest $(ARGS)

lint:      ## ruff (rules and format), mypy and the import contracts
	@$(do) lint

kill:      ## SIGKILL at random moments, over many jobs: ROUNDS=100, JOBS=200
	@$(do) python -m tests.jobs.kill --rounds $(ROUNDS) --jobs $(JOBS) $(ARGS)

audit:     ## licences of what is installed, and its known faults
	@$(do) audit

fuzz:      ## damaged recordings (COUNT=5000 SEED=1 FROM=0), and odd requests (EXAMPLES=200)
	@COUNT=$(COUNT) SEED=$(SEED) FROM=$(FROM) AVER_FUZZ=$(EXAMPLES) $(do) fuzz

load:      ## 50 clients at once for a minute: times of pages, errors, memory
	@$(do) load $(ARGS)

bench:     ## times and memory on this machine
	@$(do) python -m source.cli.bench $(ARGS)

capacity:  ## what one core analyses in an hour, and what a load takes
	@$(do) python -m source.cli.capacity $(ARGS)

samples:   ## write input_files/sample.* from the prepared data
	@$(do) python -m source.samples $(ARGS)

demo:      ## analyse the sample clip on the command line
	@$(do) python run.py input_files/sample.mp4 --no-save

download:  ## get a corpus after showing its terms: CORPUS=ravdess, tess, ...
	@$(do) python -m source.training.download $(CORPUS) $(ARGS)

prepare:   ## decode a corpus for training: CORPUS=ravdess, tess, ...
	@$(do) python -m source.training.prepare $(CORPUS) $(ARGS)

train:     ## train a model: SENSE=voice, face or clip
	@$(do) python -m source.training.train $(SENSE) $(ARGS)

evaluate:  ## measure a model under its protocol: SENSE=voice, face or clip
	@$(do) python -m source.training.evaluate $(SENSE) $(ARGS)

report:    ## write the models' reports and draw their pictures: SENSE=voice
	@$(do) python -m source.training.report $(SENSE) $(ARGS)

docs:      ## write the generated pages of docs/ anew
	@$(do) python -m source.cli.docs

migration: ## write the script for changed tables: NAME=what_it_does
	@$(do) python -m source.store.migrations "$(NAME)"

clean:     ## delete the environment and caches
	@$(do) clean
