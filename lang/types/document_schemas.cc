// SchemaReader goes down one schema. What counts of a schema is its View. Those of the schemas of an "allOf" are merged into that
// of the first one, and stay so: where OPA reads the first one again, it has what the others gave it, and so it has here.
#include "lang/types/document_schemas.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "engine/base/error.h"
#include "engine/base/meter.h"

namespace writ::lang {
namespace {

// Levels of schemas below each other; an "allOf" that refers to what it is in has no end.
constexpr int kMaxLevels = 400;
// Schemas that are read, and members that are merged: a schema can refer to one place from so many that they multiply.
constexpr size_t kMaxWork = 1'000'000;

struct View {
  SchemaTypes types;
  std::vector<std::pair<std::string_view, const SubSchema*>> properties;
  std::vector<const SubSchema*> items;
  bool items_is_single = false;
  std::vector<const SubSchema*> any_of, all_of;

  explicit View(const SubSchema& schema)
      : types(schema.types),
        properties(schema.properties),
        items(schema.items),
        items_is_single(schema.items_is_single),
        any_of(schema.any_of),
        all_of(schema.all_of) {}
};

// What it is if it has no "type" is shown by what it has.
void add_implied_type(View& view) {
  if (!view.properties.empty()) {
    view.types.add(SchemaType::kObject);
  } else if (!view.items.empty()) {
    view.types.add(SchemaType::kArray);
  }
}

class SchemaReader {
 public:
  explicit SchemaReader(TypeStore& types) : types_(types) {}

  // Null if it could not be read; fault() says why.
  TypeRef read(const SubSchema& schema) {
    if (schema.target == nullptr) return read(view(schema));
    pay(1);
    std::string reference(schema.reference);
    if (auto known = definitions_.find(reference); known != definitions_.end()) return use(known->second, reference);
    const SubSchema* target = schema.target;
    // Of references to references the last one counts.
    if (target->target != nullptr) return deeper([&] { return read(*target); });
    definitions_.try_emplace(reference);
    TypeRef type = read(view(*target));
    Definition& definition = definitions_[reference];
    definition.is_read = true;
    definition.type = type;
    if (definition.recursive != nullptr) definition.recursive->target = type;
    return type;
  }

  const std::string& fault() const { return fault_; }

 private:
  struct Definition {
    bool is_read = false;
    TypeRef type = nullptr;
    const Type* recursive = nullptr;
  };

  void pay(size_t units) {
    charge_work(units);
    work_ += units;
    if (work_ > kMaxWork) throw Failure(ErrorCode::E_DEPTH, "the JSON schema is too large for the type check");
  }

  template <typename Read>
  TypeRef deeper(Read read) {
    if (++levels_ > kMaxLevels) throw Failure(ErrorCode::E_DEPTH, "the JSON schema is nested too deeply for the type check");
    TypeRef type = read();
    --levels_;
    return type;
  }

  // The one view of a schema. What is merged into it stays there, as in OPA.
  View& view(const SubSchema& schema) {
    std::unique_ptr<View>& view = views_[&schema];
    if (view == nullptr) view = std::make_unique<View>(schema);
    return *view;
  }

  TypeRef use(Definition& definition, const std::string& reference) {
    if (definition.is_read) return definition.type;
    if (definition.recursive == nullptr) definition.recursive = types_.recursive(reference);
    return definition.recursive;
  }

  TypeRef fail(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
    return nullptr;
  }

  TypeRef read(View& view) {
    pay(1);
    return deeper([&] {
      return !view.any_of.empty() ? read_any_of(view) : !view.all_of.empty() ? read_all_of(view) : read_plain(view);
    });
  }

  TypeRef read_any_of(const View& view) {
    TypeRef type = nullptr;
    if (!view.types.is_empty()) {
      View core_view = view;
      core_view.any_of.clear();
      TypeRef core = read(core_view);
      if (core == nullptr) return nullptr;
      // Only an object with properties of its own adds to the alternatives.
      if (is_shape(core, Shape::kObject) && !core->members.empty() && !core->is_dynamic) type = core;
    }
    for (const SubSchema* alternative : view.any_of) {
      TypeRef one = read(*alternative);
      if (one == nullptr) return nullptr;
      type = types_.either(one, type);
    }
    return type;
  }

  TypeRef read_all_of(View& own) {
    std::vector<View*> parts;
    for (const SubSchema* part : own.all_of) {
      for (int i = 0; part->target != nullptr; ++i) {
        if (i > kMaxLevels) throw Failure(ErrorCode::E_DEPTH, "the JSON schema refers to itself without end");
        part = part->target;
      }
      // Alternatives without a type say nothing that could be merged.
      if (part->types.is_empty() && !part->any_of.empty() && part->properties.empty() && part->items.empty()) continue;
      parts.push_back(&view(*part));
    }
    if (parts.empty()) return types_.any();
    if (!merge(parts)) return nullptr;
    View& all = *parts[0];
    if (own.types.is_empty()) return read(all);
    auto both = [&](SchemaType type) { return own.types.contains(type) && all.types.contains(type); };
    if (both(SchemaType::kObject) || both(SchemaType::kArray)) return merge({&all, &own}) ? read(all) : nullptr;
    if (own.types.text() != all.types.text()) return fail("unable to merge these schemas");
    return read(all);
  }

  // Adds the others to the first.
  bool merge(const std::vector<View*>& views) {
    for (View* view : views) add_implied_type(*view);
    View& all = *views[0];
    for (size_t i = 1; i < views.size(); ++i) {
      const View& other = *views[i];
      pay(1 + other.properties.size() + other.items.size());
      if (all.types.text() != other.types.text()) {
        fail("unable to merge these schemas: type mismatch: " + all.types.text() + " and " + other.types.text());
        return false;
      }
      if (all.types.contains(SchemaType::kObject) && !all.properties.empty() && !other.properties.empty()) {
        std::vector<std::pair<std::string_view, const SubSchema*>> more = other.properties;
        all.properties.insert(all.properties.end(), more.begin(), more.end());
      } else if (all.types.contains(SchemaType::kArray) && !all.items.empty() && !other.items.empty()) {
        if (!merge_items(all, other)) return false;
      }
    }
    return true;
  }

  bool merge_items(View& all, const View& other) {
    for (size_t i = 0; i < other.items.size(); ++i) {
      if (all.items.size() <= i) all.items.push_back(other.items[i]);
      if (view(*all.items[i]).types.text() == view(*other.items[i]).types.text()) continue;
      fail("unable to merge these schemas");
      return false;
    }
    return true;
  }

  TypeRef read_plain(View& view) {
    if (view.types.is_empty()) add_implied_type(view);
    if (view.types.contains(SchemaType::kBoolean)) return types_.boolean();
    if (view.types.contains(SchemaType::kString)) return types_.string();
    if (view.types.contains(SchemaType::kInteger) || view.types.contains(SchemaType::kNumber)) return types_.number();
    if (view.types.contains(SchemaType::kObject)) return read_object(view);
    if (view.types.contains(SchemaType::kArray)) return read_array(view);
    return types_.any();
  }

  TypeRef read_object(const View& view) {
    if (view.properties.empty()) return types_.object_of(types_.any(), types_.any());
    std::vector<StaticMember> members;
    // A copy: what is read may be merged into this one.
    for (const auto& [name, schema] : std::vector(view.properties)) {
      TypeRef type = read(*schema);
      if (type == nullptr) return nullptr;
      members.push_back({Value::string(name), type});
    }
    return types_.object(std::move(members));
  }

  TypeRef read_array(const View& view) {
    if (view.items.empty()) return types_.array({}, types_.any());
    std::vector<TypeRef> elements;
    for (const SubSchema* schema : std::vector(view.items)) {
      TypeRef type = read(*schema);
      if (type == nullptr) return nullptr;
      elements.push_back(type);
    }
    if (view.items_is_single) return types_.array({}, elements[0]);
    return types_.array(std::move(elements));
  }

  TypeStore& types_;
  std::string fault_;
  std::unordered_map<const SubSchema*, std::unique_ptr<View>> views_;
  std::unordered_map<std::string, Definition> definitions_;
  int levels_ = 0;
  size_t work_ = 0;
};

}  // namespace

const SchemaText* DocumentSchemas::find(const std::vector<std::string>& name) const {
  auto it = std::find_if(schemas_.begin(), schemas_.end(), [&](const SchemaText& schema) { return schema.name == name; });
  return it == schemas_.end() ? nullptr : &*it;
}

TypeRef DocumentSchemas::named(const std::vector<std::string>& name, std::string* fault) {
  auto [known, added] = known_.try_emplace(name);
  if (added) known->second.type = of(find(name)->json, &known->second.fault);
  *fault = known->second.fault;
  return known->second.type;
}

TypeRef DocumentSchemas::of(std::string_view json, std::string* fault) {
  Bill bill;
  std::string problem;
  std::unique_ptr<const Schema> schema = Schema::compile(json, Schema::Patterns::kIgnored, bill, &problem);
  if (schema == nullptr) {
    *fault = "unable to compile the schema: " + problem;
    return nullptr;
  }
  SchemaReader reader(types_);
  TypeRef type = reader.read(schema->root());
  if (type == nullptr) *fault = "type checking: " + reader.fault();
  return type;
}

}  // namespace writ::lang
