#pragma once

#include <string>
#include <vector>

// What the benchmarks share: their own options, medians, and the table of figures that have a
// limit.
namespace trainwreck::bench {

struct Options {
  bool check = false;  // a figure above its limit makes the program fail
  bool smoke = false;  // a moment each, to see that it runs; the figures say nothing then
};

// Takes --check and --smoke out of the command line; what is left belongs to Google Benchmark.
Options read_options(int& argc, char** argv);

struct Figure {
  std::string name;
  double measured = 0.0;
  double allowed = 0.0;  // 0: no limit, for information
  std::string unit;      // "x" for a ratio
};

// Prints the table and returns the program's exit code.
int report(const std::vector<Figure>& figures, const Options& options);

// Of the calling thread: does not count while others have the processor.
double cpu_ns();

double median(std::vector<double> values);

}  // namespace trainwreck::bench
