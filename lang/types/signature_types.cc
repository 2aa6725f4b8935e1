#include "lang/types/signature_types.h"

#include <utility>

namespace writ::lang {
namespace {

class SignatureTypes {
 public:
  SignatureTypes(TypeStore& types, const Signature& signature) : types_(types), signature_(signature) {}

  TypeRef function(bool is_variadic) {
    std::vector<TypeRef> arguments;
    FunctionNames names;
    TypeRef result = nullptr;
    for (const TypeNode* part = first(signature_.root()); part != nullptr; part = signature_.next_sibling(*part)) {
      if (part->role == TypeRole::kResult) {
        result = type(*part);
        names.result = part->name;
      } else {
        arguments.push_back(type(*part));
        names.arguments.push_back(is_generated(part->name) ? std::string_view() : part->name);
      }
    }
    TypeRef variadic = is_variadic ? types_.any() : nullptr;
    return types_.function(std::move(arguments), result, variadic, types_.keep(std::move(names)));
  }

 private:
  const TypeNode* first(const TypeNode& node) const { return signature_.first_child(node); }

  static bool is_generated(std::string_view name) {
    return name.size() >= 2 && name[0] == 'x' && name.find_first_not_of("0123456789", 1) == std::string_view::npos;
  }

  std::vector<TypeRef> children(const TypeNode& node) {
    std::vector<TypeRef> parts;
    for (const TypeNode* part = first(node); part != nullptr; part = signature_.next_sibling(*part)) {
      parts.push_back(type(*part));
    }
    return parts;
  }

  TypeRef type(const TypeNode& node) {
    switch (node.kind) {
      case TypeKind::kAny: return types_.any();
      case TypeKind::kNull: return types_.null();
      case TypeKind::kBoolean: return types_.boolean();
      case TypeKind::kNumber: return types_.number();
      case TypeKind::kString: return types_.string();
      case TypeKind::kUnion: return either(node);
      case TypeKind::kSet: return types_.set(type(*first(node)));
      case TypeKind::kObject: return object(node);
      case TypeKind::kArray: break;
      case TypeKind::kFunction: return nullptr;
    }
    if (first(node)->role == TypeRole::kElement) return types_.array({}, type(*first(node)));
    return types_.array(children(node));
  }

  // One alternative stays one, and is printed so: any<string>.
  TypeRef either(const TypeNode& node) {
    std::vector<TypeRef> parts = children(node);
    return parts.size() == 1 ? types_.any_of(std::move(parts)) : types_.either(std::move(parts));
  }

  TypeRef object(const TypeNode& node) {
    std::vector<StaticMember> members;
    DynamicMember dynamic;
    for (const TypeNode* part = first(node); part != nullptr; part = signature_.next_sibling(*part)) {
      if (part->role == TypeRole::kMember) members.push_back({Value::string(part->name), type(*part)});
      if (part->role == TypeRole::kKey) dynamic.key = type(*part);
      if (part->role == TypeRole::kValue) dynamic.value = type(*part);
    }
    return types_.object(std::move(members), dynamic.key != nullptr ? &dynamic : nullptr);
  }

  TypeStore& types_;
  const Signature& signature_;
};

}  // namespace

TypeRef function_type(TypeStore& types, const Signature& signature, bool is_variadic) {
  return SignatureTypes(types, signature).function(is_variadic);
}

TypeRef open_function_type(TypeStore& types, size_t arity) {
  return types.function(std::vector<TypeRef>(arity, types.any()), types.any());
}

TypeRef FunctionTypes::of(const Builtin& builtin) {
  auto [known, added] = known_.emplace(&builtin, nullptr);
  if (added) known->second = function_type(types_, Signature::parse(builtin.signature), builtin.variadic);
  return known->second;
}

TypeRef FunctionTypes::of(const HostFunction& function) {
  auto [known, added] = known_.emplace(&function, nullptr);
  if (!added) return known->second;
  bool is_open = function.signature.empty();
  TypeRef type = is_open ? open_function_type(types_, function.arity)
                         : function_type(types_, Signature::parse(function.signature), false);
  return known->second = type;
}

}  // namespace writ::lang
