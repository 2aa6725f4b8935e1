// Any files as a bundle or a folder: reading gives contents or errors that name a file, the data stays below the roots
// of the manifest, and the same files in another order give the same data.
//
// Bytes: how they are read, then files, each a byte for its name and its text up to a zero byte.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/fuzz_bytes.h"
#include "engine/bundle/bundle.h"
#include "engine/value/order.h"

namespace {

using namespace writ;

constexpr std::string_view kNames[] = {
    ".manifest",   "data.json",     "data.yaml",    "a/data.json",   "a/b/data.yml", "a.rego",  "a/b.rego", "other.json",
    "a/other.yml", "a/b/data.json", "x/.manifest",  ".signatures.json", "archive.tar.gz", "p.writ", "noname",   "b/data.json",
};

struct Given {
  FileSet set;
  std::vector<BundleFile> files;
};

Given files_of(FuzzBytes bytes) {
  Given given;
  uint8_t how = bytes.byte();
  given.set.is_bundle = how & 1;
  if (how & 2) given.set.prefix = {"under"};
  while (!bytes.empty() && given.files.size() < 8) {
    uint8_t name = bytes.byte();
    std::string path(kNames[name % std::size(kNames)]);
    BundleFile file{"bundle/" + path, path, name >= 0xf0, std::string(bytes.text())};
    // A folder holds a file once; one that is named twice counts once, whichever bytes come first.
    auto is_same = [&](const BundleFile& other) { return other.path == path; };
    if (std::none_of(given.files.begin(), given.files.end(), is_same)) given.files.push_back(std::move(file));
  }
  return given;
}

BundleContents read(const Given& given) {
  BundleReader reader;
  for (const BundleFile& file : given.files) {
    if (reader.wants(given.set, file.path, file.chosen)) reader.add(given.set, file);
  }
  BundleContents contents = reader.finish();
  for (const Error& error : contents.errors) demand(error.code != ErrorCode::kNone || !error.detail.empty());
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  Given given = files_of(FuzzBytes(data, size));
  for (const BundleFile& file : given.files) {
    if (file.path != kManifestName) continue;
    try {
      given.set.manifest = Manifest::read(file.bytes);
      given.set.manifest.complaint();
    } catch (const Failure&) {
    }
  }
  BundleContents first = read(given);
  std::reverse(given.files.begin(), given.files.end());
  BundleContents second = read(given);
  demand(first.errors.empty() == second.errors.empty());
  if (first.errors.empty()) demand(equal(first.data.root(), second.data.root()));
  return 0;
}
