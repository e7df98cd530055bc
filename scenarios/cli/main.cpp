#include "trainwreck/cli.h"

int main(int argc, char** argv) {
  return trainwreck::run_command_line(argc, argv, trainwreck::builtin_vocabulary());
}
