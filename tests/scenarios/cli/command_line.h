#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace trainwreck::testing {

// What a program left when it was called as `trainwreck ARGS...`.
struct Called {
  int exit_code = -1;  // 128 + the signal where it was killed
  std::string output;  // stdout and stderr
};

// Runs the command line in a process of its own, with these variables in its environment.
Called trainwreck(const std::vector<std::string>& args,
                  const std::map<std::string, std::string>& environment = {});

// The same, with a signal as soon as the moment has come.
Called trainwreck_interrupted(const std::vector<std::string>& args,
                              const std::map<std::string, std::string>& environment,
                              const std::function<bool()>& moment, int signal);

// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file and returns its path.
  std::string with(const std::string& name, const std::string& text) const;
  // A file's text; fails the test where there is none.
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;

 private:
  std::string path_;
};

}  // namespace trainwreck::testing
