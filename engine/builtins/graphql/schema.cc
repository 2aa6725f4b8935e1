// Loading a schema: merging definitions and extensions, and finding the root types.
//
// The order of the steps is the order in which errors are found. Types with extensions but no definition come into
// being with the first of them. Without a definition of the schema, the root types are those called Query, Mutation and
// Subscription; with one, only those it or its extensions name. The type of queries then gets the two fields of
// introspection.
#include "engine/builtins/graphql/schema.h"

#include <map>
#include <utility>

#include "engine/builtins/graphql/convert.h"
#include "engine/builtins/graphql/parser.h"

namespace writ::graphql {

void TypeInfo::extend(const Definition& definition) {
  directives.insert(directives.end(), definition.directives.begin(), definition.directives.end());
  interfaces.insert(interfaces.end(), definition.interfaces.begin(), definition.interfaces.end());
  fields.insert(fields.end(), definition.fields.begin(), definition.fields.end());
  types.insert(types.end(), definition.types.begin(), definition.types.end());
  type_positions.insert(type_positions.end(), definition.type_positions.begin(), definition.type_positions.end());
  enum_values.insert(enum_values.end(), definition.enum_values.begin(), definition.enum_values.end());
}

void TypeInfo::index() {
  fields_by_name = NameIndex<FieldDefinition>(fields);
  values_by_name = NameIndex<EnumValueDefinition>(enum_values);
  possible_by_name = NameIndex<const TypeInfo>(possible);
}

DirectiveInfo::DirectiveInfo(const DirectiveDefinition& from)
    : name(from.name),
      definition(&from),
      directives(from.directives.begin(), from.directives.end()),
      locations(from.locations.begin(), from.locations.end()),
      arguments(from.arguments) {
  std::sort(locations.begin(), locations.end());
  for (const ArgumentDefinition* argument : from.arguments) {
    if (argument->type->non_null && argument->default_value == nullptr) required.push_back(argument);
  }
}

bool DirectiveInfo::may_be_on(std::string_view location) const {
  return std::binary_search(locations.begin(), locations.end(), location);
}

const TypeInfo* Schema::root(std::string_view operation) const {
  if (operation == "query" || operation.empty()) return query;
  if (operation == "mutation") return mutation;
  return operation == "subscription" ? subscription : nullptr;
}

class SchemaLoader {
 public:
  SchemaLoader(const SchemaDocument& document, std::string* error) : document_(document), error_(error) {}

  std::unique_ptr<const Schema> load();

 private:
  bool define_types(const List<Definition*>& definitions);
  bool extend_types();
  void find_possible_types();
  void add_possible(std::string_view of, TypeInfo* type);
  bool define_directives(const List<DirectiveDefinition*>& definitions);
  bool extend_directives();
  void index();
  bool set_roots(const SchemaDefinition& definition);
  bool set_all_roots();
  void infer_roots();
  bool check_roots() const;
  void add_introspection();
  bool fail(const Position& position, std::string_view message) const;

  TypeInfo* type(std::string_view name) const {
    auto found = types_.find(name);
    return found == types_.end() ? nullptr : found->second;
  }

  const SchemaDocument& document_;
  std::string* error_;
  std::unique_ptr<Schema> schema_{new Schema()};
  std::map<std::string_view, TypeInfo*> types_;
  std::map<std::string_view, DirectiveInfo*> directives_;
  std::map<std::string_view, Position> root_positions_;
  TypeInfo* query_ = nullptr;
};

std::unique_ptr<const Schema> Schema::load(const SchemaDocument& document, std::string* error) {
  return SchemaLoader(document, error).load();
}

bool SchemaLoader::fail(const Position& position, std::string_view message) const {
  *error_ = located_in_schema(position, message);
  return false;
}

std::unique_ptr<const Schema> SchemaLoader::load() {
  SchemaDocument& prelude = schema_->prelude_;
  if (!parse_schema(schema_->arena_, kPrelude, Position::Source::kPrelude, &prelude, error_)) return nullptr;
  if (!define_types(prelude.definitions) || !define_types(document_.definitions) || !extend_types()) return nullptr;
  find_possible_types();
  if (!define_directives(prelude.directives) || !define_directives(document_.directives)) return nullptr;
  if (!extend_directives()) return nullptr;
  index();
  if (!set_all_roots()) return nullptr;
  if (!check_types(*schema_, error_) || !check_input_cycles(*schema_, error_)) return nullptr;
  if (!check_directive_definitions(*schema_, error_)) return nullptr;
  infer_roots();
  if (!check_roots()) return nullptr;
  add_introspection();
  return std::move(schema_);
}

// --- Types -----------------------------------------------------------------------------------------------------------

bool SchemaLoader::define_types(const List<Definition*>& definitions) {
  for (const Definition* definition : definitions) {
    auto info = std::make_unique<TypeInfo>();
    if (!types_.emplace(definition->name, info.get()).second) {
      return fail(definition->position, "Cannot redeclare type " + std::string(definition->name) + ".");
    }
    info->kind = definition->kind;
    info->name = definition->name;
    info->position = definition->position;
    info->built_in = definition->position.source == Position::Source::kPrelude || definition->built_in;
    info->extend(*definition);
    schema_->types_.push_back(std::move(info));
  }
  return true;
}

bool SchemaLoader::extend_types() {
  for (const Definition* extension : document_.extensions) {
    TypeInfo* base = type(extension->name);
    if (base == nullptr) {
      auto info = std::make_unique<TypeInfo>();
      base = info.get();
      base->kind = extension->kind;
      base->name = extension->name;
      base->position = extension->position;
      types_.emplace(base->name, base);
      schema_->types_.push_back(std::move(info));
    }
    if (base->kind != extension->kind) {
      std::string message = "Cannot extend type " + std::string(extension->name) + " because the base type is a ";
      message.append(base->kind).append(", not ").append(extension->kind).append(".");
      return fail(extension->position, message);
    }
    base->extend(*extension);
  }
  return true;
}

void SchemaLoader::add_possible(std::string_view of, TypeInfo* possible) {
  TypeInfo* base = type(of);
  if (base != nullptr && possible != nullptr) base->possible.push_back(possible);
}

void SchemaLoader::find_possible_types() {
  for (const auto& info : schema_->types_) {
    if (info->is(kinds::kUnion)) {
      for (std::string_view member : info->types) add_possible(info->name, type(member));
    } else if (info->is(kinds::kObject) || info->is(kinds::kInputObject) || info->is(kinds::kInterface)) {
      for (std::string_view interface : info->interfaces) add_possible(interface, info.get());
      if (!info->is(kinds::kInterface)) add_possible(info->name, info.get());
    }
  }
}

void SchemaLoader::index() {
  for (const auto& info : schema_->types_) {
    info->index();
    schema_->types_by_name_.add(info.get());
  }
  for (const auto& [name, info] : directives_) schema_->directives_by_name_.add(info);
  schema_->types_by_name_.sort();
  schema_->directives_by_name_.sort();
}

// --- Directives ------------------------------------------------------------------------------------------------------

// Those of the prelude may be declared again; the last one counts.
bool SchemaLoader::define_directives(const List<DirectiveDefinition*>& definitions) {
  for (const DirectiveDefinition* definition : definitions) {
    auto found = directives_.find(definition->name);
    if (found != directives_.end()) {
      bool is_from_prelude = false;
      for (const DirectiveDefinition* given : schema_->prelude_.directives) {
        is_from_prelude = is_from_prelude || given->name == definition->name;
      }
      if (!is_from_prelude) {
        return fail(definition->position, "Cannot redeclare directive " + std::string(definition->name) + ".");
      }
    }
    schema_->directives_.push_back(std::make_unique<DirectiveInfo>(*definition));
    directives_[definition->name] = schema_->directives_.back().get();
  }
  return true;
}

bool SchemaLoader::extend_directives() {
  for (const DirectiveDefinition* extension : document_.directive_extensions) {
    auto found = directives_.find(extension->name);
    if (found == directives_.end()) {
      return fail(extension->position,
                  "Cannot extend directive @" + std::string(extension->name) + " because it is not defined.");
    }
    std::vector<Directive*>& directives = found->second->directives;
    directives.insert(directives.end(), extension->directives.begin(), extension->directives.end());
  }
  return true;
}

// --- Root types ------------------------------------------------------------------------------------------------------

bool SchemaLoader::set_all_roots() {
  if (document_.schema.size() > 1) {
    return fail(document_.schema[1]->position,
                "Cannot have multiple schema entry points, consider schema extensions instead.");
  }
  for (const SchemaDefinition* definition : document_.schema) {
    if (!set_roots(*definition)) return false;
  }
  for (const SchemaDefinition* extension : document_.schema_extension) {
    if (!set_roots(*extension)) return false;
  }
  return true;
}

bool SchemaLoader::set_roots(const SchemaDefinition& definition) {
  for (const OperationTypeDefinition* root : definition.operation_types) {
    std::string operation(root->operation);
    if (!root_positions_.emplace(root->operation, root->position).second) {
      return fail(root->position, "There can be only one " + operation + " type in schema.");
    }
    TypeInfo* info = type(root->type);
    if (info == nullptr) {
      std::string message = "Schema root " + operation + " refers to a type ";
      return fail(root->position, message.append(root->type).append(" that does not exist."));
    }
    if (operation == "query") schema_->query = query_ = info;
    if (operation == "mutation") schema_->mutation = info;
    if (operation == "subscription") schema_->subscription = info;
  }
  return check_directives_of_schema(*schema_, definition.directives, error_);
}

void SchemaLoader::infer_roots() {
  if (!document_.schema.empty()) return;
  if (query_ == nullptr) schema_->query = query_ = type("Query");
  if (schema_->mutation == nullptr) schema_->mutation = type("Mutation");
  if (schema_->subscription == nullptr) schema_->subscription = type("Subscription");
}

bool SchemaLoader::check_roots() const {
  struct Root {
    std::string_view operation;
    const TypeInfo* type;
    std::string_view message;
  };
  const Root kRoots[] = {
      {"query", schema_->query, "Query root type must be Object type, it cannot be "},
      {"mutation", schema_->mutation, "Mutation root type must be Object type if provided, it cannot be "},
      {"subscription", schema_->subscription, "Subscription root type must be Object type if provided, it cannot be "},
  };
  for (const Root& root : kRoots) {
    if (root.type == nullptr || root.type->is(kinds::kObject)) continue;
    auto named = root_positions_.find(root.operation);
    return fail(named != root_positions_.end() ? named->second : root.type->position,
                std::string(root.message).append(root.type->name).append("."));
  }
  return true;
}

namespace {

TypeReference* named_type(Arena& arena, std::string_view name, bool non_null) {
  auto* type = make_node<TypeReference>(arena);
  type->named_type = name;
  type->non_null = non_null;
  return type;
}

}  // namespace

void SchemaLoader::add_introspection() {
  if (query_ == nullptr) return;
  Arena& arena = schema_->arena_;
  auto* schema = make_node<FieldDefinition>(arena);
  schema->name = "__schema";
  schema->type = named_type(arena, "__Schema", true);
  auto* name = make_node<ArgumentDefinition>(arena);
  name->name = "name";
  name->type = named_type(arena, "String", true);
  auto* type = make_node<FieldDefinition>(arena);
  type->name = "__type";
  type->type = named_type(arena, "__Type", false);
  type->arguments.push(arena, name);
  query_->fields.push_back(schema);
  query_->fields.push_back(type);
  query_->index();
}

// --- Work ------------------------------------------------------------------------------------------------------------

namespace {

// Of the prelude, in nodes.
constexpr uint64_t kPreludeNodes = 400;

struct TypeSize {
  uint64_t fields = 0;  // with their arguments
  uint64_t interfaces = 0;
};

uint64_t argument_count(const Definition& definition) {
  uint64_t count = definition.fields.size();
  for (const FieldDefinition* field : definition.fields) count += field->arguments.size();
  return count;
}

}  // namespace

uint64_t load_work(const SchemaDocument& document) {
  std::map<std::string_view, TypeSize> sizes;
  for (const List<Definition*>* definitions : {&document.definitions, &document.extensions}) {
    for (const Definition* definition : *definitions) {
      TypeSize& size = sizes[definition->name];
      size.fields += argument_count(*definition);
      size.interfaces += definition->interfaces.size();
    }
  }
  uint64_t work = 2 * (kPreludeNodes + count_nodes(document));
  for (const List<Definition*>* definitions : {&document.definitions, &document.extensions}) {
    for (const Definition* definition : *definitions) {
      const TypeSize& own = sizes[definition->name];
      for (std::string_view interface : definition->interfaces) {
        auto found = sizes.find(interface);
        if (found == sizes.end()) continue;
        work += 1 + (own.fields + found->second.fields + found->second.interfaces) / 2;
      }
    }
  }
  return work;
}

uint64_t load_memory(const SchemaDocument& document) {
  constexpr uint64_t kBytesOfNode = 160;
  return kBytesOfNode * (kPreludeNodes * 4 + count_nodes(document));
}

}  // namespace writ::graphql
