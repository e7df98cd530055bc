#include "faults/recording/disk_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "engine/base/errors.h"
#include "faults/recording/unique_fd.h"

namespace trainwreck::outside {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t{1} << 20U;

void append_part(Bytes& all, const Bytes& part, bool first) {
  if (first || !part.kept()) all.at = part.at;
  all.length += part.length;
}

// REQUIRES: nobody else appends meanwhile, so that the pieces make one.
Bytes read_file(const std::string& path, Spool& spool) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOATIME));
  const UniqueFd plain(file ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int fd = file ? file.get() : plain.get();
  if (fd < 0) throw IoError("read", path, errno);
  std::vector<char> buffer(kChunk);
  Bytes all;
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0) throw IoError("read", path, errno);
    if (got == 0) return all;
    append_part(all, spool.append({buffer.data(), static_cast<std::size_t>(got)}), all.length == 0);
  }
}

Node::Type type_of(mode_t mode) {
  if (S_ISREG(mode)) return Node::Type::file;
  if (S_ISDIR(mode)) return Node::Type::folder;
  return S_ISLNK(mode) ? Node::Type::symlink : Node::Type::other;
}

class TreeReader {
 public:
  TreeReader(Spool& spool, NodeNumbers& numbers) : spool_(spool), numbers_(numbers) {}

  NodeId add(const std::string& path) {
    struct stat found;
    if (lstat(path.c_str(), &found) != 0) throw IoError("look at", path, errno);
    const NodeId known = numbers_.of(found.st_dev, found.st_ino);
    if (known != 0) return known;
    const NodeId id = numbers_.fresh(found.st_dev, found.st_ino);
    Node node{.type = type_of(found.st_mode), .mode = found.st_mode & 07777};
    if (node.type == Node::Type::file) {
      const Bytes bytes = read_file(path, spool_);
      node.contents.write(0, bytes);
    }
    if (node.type == Node::Type::symlink) node.target = fs::read_symlink(path).string();
    if (node.type == Node::Type::folder) {
      for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
        node.entries[entry.path().filename().string()] = add(entry.path().string());
      }
    }
    tree.nodes[id] = std::move(node);
    return id;
  }

  Tree tree;

 private:
  Spool& spool_;
  NodeNumbers& numbers_;
};

template <class Use>
void for_each_chunk(const Contents& contents, const Spool& spool, const Use& use) {
  std::vector<char> buffer(std::min<std::uint64_t>(kChunk, contents.size));
  for (const Bytes& part : contents.parts) {
    if (!part.kept()) throw IoError("read", "the spool", ENODATA);
    for (std::uint64_t done = 0; done < part.length;) {
      Bytes chunk{.at = part.zeros() ? part.at : part.at + done,
                  .length = std::min<std::uint64_t>(buffer.size(), part.length - done)};
      spool.read(chunk, {buffer.data(), chunk.length});
      use(std::span<const char>(buffer.data(), chunk.length));
      done += chunk.length;
    }
  }
}

void write_file(const Node& node, const Spool& spool, const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) throw IoError("create", path, errno);
  for_each_chunk(node.contents, spool, [&](std::span<const char> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t wrote = write(file.get(), bytes.data() + done, bytes.size() - done);
      if (wrote < 0) throw IoError("write", path, errno);
      done += static_cast<std::size_t>(wrote);
    }
  });
  fchmod(file.get(), node.mode);
}

void make_entry(const Node& node, const Spool& spool, const std::string& path) {
  switch (node.type) {
    case Node::Type::file:
      return write_file(node, spool, path);
    case Node::Type::folder:
      if (mkdir(path.c_str(), 0700) != 0) throw IoError("make the folder", path, errno);
      return;
    case Node::Type::symlink:
      if (symlink(node.target.c_str(), path.c_str()) != 0) throw IoError("link", path, errno);
      return;
    case Node::Type::other:  // a pipe or socket of a process that is gone
      if (mkfifo(path.c_str(), node.mode) != 0) throw IoError("make", path, errno);
      return;
  }
}

bool same_contents(const Contents& contents, const Spool& spool, const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found;
  if (!file || fstat(file.get(), &found) != 0) return false;
  if (static_cast<std::uint64_t>(found.st_size) != contents.size || !contents.kept()) return false;
  std::vector<char> real(kChunk);
  bool same = true;
  for_each_chunk(contents, spool, [&](std::span<const char> bytes) {
    const ssize_t got = same ? read(file.get(), real.data(), bytes.size()) : 0;
    same = same && got == static_cast<ssize_t>(bytes.size()) &&
           std::equal(bytes.begin(), bytes.end(), real.begin());
  });
  return same;
}

bool same_entry(const Node& node, const Spool& spool, const std::string& path) {
  struct stat found;
  if (lstat(path.c_str(), &found) != 0 || type_of(found.st_mode) != node.type) return false;
  if (node.type == Node::Type::symlink) return fs::read_symlink(path) == node.target;
  if ((found.st_mode & 07777) != node.mode) return false;
  return node.type != Node::Type::file || same_contents(node.contents, spool, path);
}

}  // namespace

NodeId NodeNumbers::fresh(dev_t device, ino_t inode) { return numbers_[{device, inode}] = ++last_; }

NodeId NodeNumbers::of(dev_t device, ino_t inode) const {
  const auto found = numbers_.find({device, inode});
  return found == numbers_.end() ? 0 : found->second;
}

Tree read_tree(const std::vector<std::string>& folders, Spool& spool, NodeNumbers& numbers) {
  TreeReader reader(spool, numbers);
  for (const std::string& folder : folders) reader.tree.roots[folder] = reader.add(folder);
  return std::move(reader.tree);
}

void put_on_disk(const Tree& tree, NodeId root, const Spool& spool, const std::string& folder) {
  fs::create_directories(folder);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) fs::remove_all(entry);
  std::map<NodeId, std::string> made;
  const std::map<std::string, NodeId> names = tree.names_below(root);
  for (const auto& [name, id] : names) {  // a folder's name comes before those in it
    const std::string path = folder + "/" + name;
    const Node& node = tree.nodes.at(id);
    const auto [other, first] = made.emplace(id, path);
    if (!first && link(other->second.c_str(), path.c_str()) != 0) {
      throw IoError("link", path, errno);
    }
    if (first) make_entry(node, spool, path);
  }
  // Last, because a folder may not be written to.
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const Node& node = tree.nodes.at(name->second);
    if (node.type == Node::Type::folder) chmod((folder + "/" + name->first).c_str(), node.mode);
  }
}

std::vector<std::string> differences(const Tree& tree, NodeId root, const Spool& spool,
                                     const std::string& folder) {
  std::set<std::string> different;
  const std::map<std::string, NodeId> names = tree.names_below(root);
  for (const auto& [name, id] : names) {
    if (!same_entry(tree.nodes.at(id), spool, folder + "/" + name)) different.insert(name);
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (!names.contains(name)) different.insert(name);
  }
  return {different.begin(), different.end()};
}

Tree tree_after(const Recording& recording, std::size_t done, std::uint64_t bytes) {
  Tree tree = recording.start;
  for (std::size_t i = 0; i < done; ++i) apply(tree, recording.operations[i]);
  if (bytes > 0) apply(tree, recording.operations[done], bytes);
  return tree;
}

std::vector<std::string> prove(const Recording& recording) {
  const Tree tree = tree_after(recording, recording.operations.size());
  std::vector<std::string> all;
  for (const auto& [path, root] : tree.roots) {
    for (const std::string& name : differences(tree, root, *recording.spool, path)) {
      all.push_back(path + "/" + name);
    }
  }
  return all;
}

}  // namespace trainwreck::outside
