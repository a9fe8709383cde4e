# Sluice. `make help` lists what can be asked for.
.DEFAULT_GOAL := help
SHELL := /bin/bash

GO ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
LOCAL := $(CURDIR)/.local
# Packages with tests of their own, in the order of the house.
PACKAGES := ./...
FUZZTIME ?= 30
FUZZBUDGET ?= 450

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.PHONY: build
build: ## Build bin/sluice
	@$(GO) build -o bin/sluice ./cmd/sluice

.PHONY: run
run: build ## Start everything with an example API that answers, and print what to try
	@$(GO) build -o bin/hello ./examples/hello
	@$(GO) build -o bin/hello-function ./examples/hello/function
	@envoy=$$(tools/local.sh envoy) && ENVOY="$$envoy" exec bin/hello --sluice bin/sluice --function bin/hello-function

# An example: its name, and what it needs besides.
define example
$(GO) build -o bin/example-$(1) ./examples/$(1) && envoy=$$(tools/local.sh envoy) && ENVOY="$$envoy" exec bin/example-$(1)
endef

.PHONY: example-transform
example-transform: build ## Start an example: JSON before a backend that speaks XML, templates both ways
	@$(call example,transform)

.PHONY: example-canary
example-canary: build ## Start an example: a second release for one call in ten, promoted, rolled back
	@$(call example,canary)

.PHONY: example-stream
example-stream: build ## Start an example: a Lambda function and a backend whose answers stream
	@$(GO) build -o bin/example-stream-function ./examples/stream/function
	@$(call example,stream)

.PHONY: example-services
example-services: build ## Start an example: an API on SQS and DynamoDB with no function between
	@python=$$(tools/local.sh python) && export SLUICE_PYTHON="$$python" && $(call example,services)

.PHONY: test
test: build ## Run every test: unit, golden, feature, end to end, house rules, fuzz targets
	@envoy=$$(tools/local.sh envoy) && python=$$(tools/local.sh python) && \
	ENVOY="$$envoy" SLUICE_PYTHON="$$python" FUZZTIME="$(FUZZTIME)" FUZZBUDGET="$(FUZZBUDGET)" tools/test.sh $(PACKAGES)

.PHONY: test-moto
test-moto: ## Run moto's own tests of API Gateway against the control API (fetches them once)
	@python=$$(tools/local.sh python) && moto=$$(tools/moto.sh) && \
	SLUICE_PYTHON="$$python" SLUICE_MOTO_TESTS="$$moto" $(GO) test -count=1 -timeout 20m -run TestMoto -v ./controlplane/awsapi/rest

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (30) seconds, all within FUZZBUDGET (450)
	@FUZZTIME="$(FUZZTIME)" FUZZBUDGET="$(FUZZBUDGET)" tools/fuzz.sh

.PHONY: bench
bench: build ## Measure Sluice beside bare Envoy (docs/performance.md); takes minutes
	@envoy=$$(tools/local.sh envoy) && ENVOY="$$envoy" $(GO) test -count=1 -timeout 60m -run '^$$' -bench . -benchtime 1x ./test/load -args -write

.PHONY: lint
lint: ## go vet, golangci-lint, gofumpt, buf lint
	@$(GO) vet ./...
	@$(TOOL) golangci-lint run ./...
	@unformatted=$$($(TOOL) gofumpt -l $$(git ls-files '*.go' | grep -v -e '\.pb\.go$$' -e '/wire/')) && \
	  { [ -z "$$unformatted" ] || { echo "gofumpt would change:"; echo "$$unformatted"; exit 1; }; }
	@$(TOOL) buf lint

.PHONY: generate
generate: ## Regenerate what is generated (needs botocore, installed below .local)
	@$(TOOL) buf generate
	@python=$$(tools/local.sh python) && $(GO) run -C tools ./awsgen -python "$$python"

.PHONY: oracle
oracle: build ## Compare VTL and JSONPath with Apache Velocity and Jayway (needs Java, Maven)
	@SLUICE_ORACLE=1 $(GO) test -count=1 -timeout 30m -run Oracle ./internal/vtl/... ./internal/jsonpath/...

.PHONY: clean
clean: ## Remove what was built; .local keeps what was installed
	@rm -rf bin
