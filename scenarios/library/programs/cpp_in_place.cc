// A training of a few lines that overwrites its only checkpoint in place.
#include <cstdio>
#include <fstream>
#include <string>

int main(int, char** arguments) {
  const std::string path = std::string(arguments[1]) + "/ckpt.txt";
  int epoch = 0;
  double w = 0.0;
  if (std::ifstream in(path); in) {
    if (!(in >> epoch >> w)) {
      std::fprintf(stderr, "ckpt.txt is damaged\n");
      return 1;
    }
  }
  while (epoch < 4) {
    w += 0.5 * (3.0 - w);
    ++epoch;
    std::ofstream out(path);
    out << epoch << ' ' << w << " end\n";
    if (!out.flush()) return 1;
  }
  return 0;
}
