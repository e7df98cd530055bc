#include "tests/wrapper/sandbox.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace trainwreck {

namespace fs = std::filesystem;

Sandbox::Sandbox() {
  std::string name = (fs::temp_directory_path() / "trainwreck_wrapper_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  fs::create_directories(folder_ / "bin");
  fs::create_directories(folder_ / "tests");
  const fs::path source(TRAINWRECK_SOURCE_DIR);
  for (const char* file :
       {"trainwreck", "CMakePresets.json", "tests/results.sh", "tests/run_only.sh"}) {
    fs::copy_file(source / file, folder_ / file);
  }
  fake("dpkg-query", R"(for word in "$@"; do
  case " -W -f ${FAKE_MISSING:-} " in *" $word "*) ;; *) printf 'installed:%s ' "$word" ;; esac
done)");
  fake("id", R"(echo "${FAKE_ID:-0}")");
  fake("sudo", R"([ "${FAKE_SUDO:-yes}" = yes ] || exit 1; shift; exec "$@")");
  fake("apt-get", R"(log "$@"; exit "${FAKE_APT:-0}")");
  fake("cmake", R"(log "$@"; mkdir -p "build/$3"; touch "build/$3/build.ninja")");
  fake("ninja", R"(log "$@"
[ "${FAKE_NINJA:-0}" = 0 ] || exit "$FAKE_NINJA"
if [ "$2" = build/only ]; then
  shift 4
  mkdir -p build/only/tests
  for program in "$@"; do cp bin/test_program "build/only/tests/$program"; done
  exit 0
fi
printf '#!/bin/sh\necho "program:$*"\nexit 7\n' >build/dev/trainwreck
chmod +x build/dev/trainwreck)");
  fake("test_program", R"(log "${0##*/}" "$2"
echo "<testsuites tests=\"1\">
<testcase name=\"A\" status=\"run\" classname=\"B\" />" >"${3#*xml:}")");
}

Sandbox::~Sandbox() { fs::remove_all(folder_); }

void Sandbox::fake(const std::string& name, const std::string& body) const {
  write("bin/" + name, "#!/bin/sh\nlog() { echo \"" + name + " $*\" >>calls; }\n" + body + "\n");
  fs::permissions(folder_ / "bin" / name, fs::perms::owner_all);
}

void Sandbox::write(const std::string& path, const std::string& text) const {
  std::ofstream(folder_ / path, std::ios::binary) << text;
}

Ended Sandbox::run(const std::string& command, const std::string& variables) const {
  const std::string line = "cd '" + folder_.string() +
                           "' && env -u CI PATH=\"$PWD/bin:/usr/bin:/bin\" " + variables +
                           " bash -c '" + command + "' 2>&1 </dev/null";
  FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no process");
  Ended ended;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    ended.output.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

std::string Sandbox::calls() const {
  std::ostringstream text;
  std::ifstream file(folder_ / "calls");
  if (file) text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace trainwreck
