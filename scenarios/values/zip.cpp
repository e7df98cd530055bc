#include "scenarios/values/zip.h"

#include <zlib.h>

#include <algorithm>
#include <map>
#include <utility>

namespace trainwreck::values {
namespace {

constexpr std::string_view kMemberMark = "PK\x03\x04";
constexpr std::string_view kEntryMark = "PK\x01\x02";
constexpr std::string_view kEndMark = "PK\x05\x06";
constexpr std::string_view kEnd64Mark = "PK\x06\x06";
constexpr std::string_view kLocatorMark = "PK\x06\x07";
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLocatorSize = 20;
constexpr std::uint64_t kIn64 = 0xFFFFFFFFU;

struct Directory {
  std::uint64_t members = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

void expect_mark(Bytes& in, std::string_view mark, std::string_view what) {
  const std::size_t at = in.at();
  if (in.take(mark.size()) != mark) refuse_bytes("has no " + std::string(what), at);
}

// The directory's end is the file's, but for a comment.
std::size_t find_end(std::string_view bytes) {
  constexpr std::size_t kLongestComment = 0xFFFF;
  if (bytes.size() >= kEndSize) {
    const std::size_t first = bytes.size() - std::min(bytes.size(), kEndSize + kLongestComment);
    for (std::size_t at = bytes.size() - kEndSize + 1; at-- > first;) {
      if (bytes.substr(at, 4) != kEndMark) continue;
      Bytes in(bytes, at + 20);
      if (in.number(2) == in.left()) return at;
    }
  }
  refuse_bytes("has no directory at its end: it is cut or was never finished", bytes.size());
}

// Big archives have a second end with more room, in front of the first one.
void read_end64(std::string_view bytes, std::size_t end, Directory& directory) {
  if (end < kLocatorSize || bytes.substr(end - kLocatorSize, 4) != kLocatorMark) return;
  Bytes locator(bytes, end - kLocatorSize + 8);
  const std::uint64_t at = locator.number(8);
  if (at > end) refuse_bytes("has no 64-bit directory where it should be", end);
  Bytes in(bytes, at);
  expect_mark(in, kEnd64Mark, "64-bit directory where it should be");
  in.take(28);
  directory.members = in.number(8);
  directory.size = in.number(8);
  directory.offset = in.number(8);
}

Directory find_directory(std::string_view bytes) {
  const std::size_t end = find_end(bytes);
  Bytes in(bytes, end + 10);
  Directory directory;
  directory.members = in.number(2);
  directory.size = in.number(4);
  directory.offset = in.number(4);
  read_end64(bytes, end, directory);
  if (directory.offset > end || directory.size > end - directory.offset) {
    refuse_bytes("has a directory outside of itself", end);
  }
  return directory;
}

// What does not fit into 32 bits stands in an extra field, in this order.
void read_extra64(std::string_view extra, ZipMember& member) {
  Bytes in(extra);
  while (in.left() >= 4) {
    const std::uint64_t kind = in.number(2);
    Bytes field(in.take(in.number(2)));
    if (kind != 1) continue;
    for (std::uint64_t* value : {&member.size, &member.packed_size, &member.header}) {
      if (*value == kIn64) *value = field.number(8);
    }
  }
}

ZipMember read_entry(Bytes& in) {
  expect_mark(in, kEntryMark, "entry where its directory says one is");
  in.take(4);
  ZipMember member;
  member.flags = static_cast<std::uint16_t>(in.number(2));
  member.method = static_cast<std::uint16_t>(in.number(2));
  in.take(4);
  member.crc = static_cast<std::uint32_t>(in.number(4));
  member.packed_size = in.number(4);
  member.size = in.number(4);
  const std::uint64_t name_size = in.number(2);
  const std::uint64_t extra_size = in.number(2);
  const std::uint64_t comment_size = in.number(2);
  in.take(8);
  member.header = in.number(4);
  member.name = in.take(name_size);
  read_extra64(in.take(extra_size), member);
  in.take(comment_size);
  return member;
}

[[noreturn]] void refuse_member(const ZipMember& member, std::string_view why) {
  refuse_bytes(printable(member.name) + " " + std::string(why), member.header);
}

std::string_view packed_bytes(std::string_view bytes, const ZipMember& member) {
  if (member.header > bytes.size()) refuse_member(member, "lies outside of the archive");
  Bytes in(bytes, member.header);
  expect_mark(in, kMemberMark, "member where its directory says one is");
  in.take(22);
  const std::uint64_t name_size = in.number(2);
  const std::uint64_t extra_size = in.number(2);
  if (in.take(name_size) != member.name) refuse_member(member, "has another name in its header");
  in.take(extra_size);
  return in.take(member.packed_size);
}

// Grows with what really comes out: the size that an archive claims may be a lie.
class Inflater {
 public:
  Inflater() { inflateInit2(&stream_, -MAX_WBITS); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string inflate_all(std::string_view packed, const ZipMember& member, Budget& budget) {
    std::string out;
    int status = Z_OK;
    while (status == Z_OK) {
      if (stream_.avail_in == 0 && !packed.empty()) feed(packed);
      const std::size_t have = out.size();
      const std::size_t room = std::clamp<std::uint64_t>(member.size - have, 1, kPiece);
      budget.spend_bytes(room);
      out.resize(have + room);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + have);
      stream_.avail_out = static_cast<uInt>(room);
      status = inflate(&stream_, Z_NO_FLUSH);
      out.resize(have + room - stream_.avail_out);
      if (out.size() > member.size) refuse_member(member, "holds more than it says");
    }
    if (status != Z_STREAM_END || out.size() != member.size) {
      refuse_member(member, "is not what deflate makes");
    }
    return out;
  }

 private:
  static constexpr std::size_t kPiece = 1 << 20;

  void feed(std::string_view& packed) {
    const std::string_view piece = packed.substr(0, kPiece);
    packed.remove_prefix(piece.size());
    // The library's older interface lacks a const, and writes nothing.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
  }

  z_stream stream_{};
};

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

bool is_zip(std::string_view bytes) {
  return bytes.starts_with(kMemberMark) || bytes.starts_with(kEndMark);
}

std::vector<ZipMember> list_zip(std::string_view bytes) {
  const Directory directory = find_directory(bytes);
  Bytes in(bytes.substr(0, directory.offset + directory.size), directory.offset);
  std::vector<ZipMember> members;
  std::map<std::string_view, std::size_t> places;
  while (in.left() > 0) {
    const ZipMember member = read_entry(in);
    const auto [place, is_new] = places.try_emplace(member.name, members.size());
    if (is_new) {
      members.push_back(member);
    } else {
      members[place->second] = member;
    }
  }
  if (members.size() > directory.members) {
    refuse_bytes("has more members than it says", directory.offset);
  }
  return members;
}

std::string_view unzip(std::string_view bytes, const ZipMember& member, Checksum checksum,
                       Reading& reading) {
  constexpr unsigned kEncrypted = 1;
  if ((member.flags & kEncrypted) != 0) refuse_member(member, "is encrypted");
  std::string_view content = packed_bytes(bytes, member);
  if (member.method == Z_DEFLATED) {
    content = reading.tree.keep(Inflater().inflate_all(content, member, reading.budget));
  } else if (member.method != 0) {
    refuse_member(member, "is packed in the unknown way " + std::to_string(member.method));
  } else if (member.size != member.packed_size) {
    refuse_member(member, "is stored and has two sizes");
  }
  // Many members may claim the same bytes, so that looking at them costs more than having them.
  reading.budget.spend_steps(content.size() / 64 + 1);
  const bool unknown = checksum == Checksum::zero_is_unknown && member.crc == 0;
  if (!unknown && crc_of(content) != member.crc) refuse_member(member, "has a wrong checksum");
  return content;
}

}  // namespace trainwreck::values
