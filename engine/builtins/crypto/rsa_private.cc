// The numbers of an RSA private key, checked as Go checks them before it uses a key: that they are below what they are
// reduced by, that p · q is the modulus, that the exponents invert each other, that the primes are not too close.
// OpenSSL has a check of its own, which tests for primes and says something else. The numbers that a key may leave out
// are computed.
#include <openssl/bn.h>

#include <algorithm>

#include "engine/builtins/crypto/keys.h"

namespace writ {

namespace {

int bits_of(const BigNumber& number) { return BN_num_bits(number.get()); }
bool is_below(const BigNumber& a, const BigNumber& b) { return BN_cmp(a.get(), b.get()) < 0; }
bool is_at_most_one(const BigNumber& n) { return BN_is_zero(n.get()) || BN_is_one(n.get()); }

BigNumber fresh() {
  BigNumber number(BN_new());
  if (number == nullptr) openssl_failed("a number");
  return number;
}

class RsaCompleter {
 public:
  RsaCompleter(PrivateKey& key, std::string* fault) : key_(key), fault_(fault), context_(BN_CTX_new()) {
    if (context_ == nullptr) openssl_failed("a number");
  }

  bool run() {
    uint64_t bits = key_.public_key.modulus_bits();
    for (const std::string* number : {&key_.d, &key_.dp, &key_.dq, &key_.qinv}) {
      bits = std::max(bits, uint64_t{number->size()} * 8);
    }
    for (const std::string& prime : key_.primes) bits = std::max(bits, uint64_t{prime.size()} * 8);
    bool is_complete = !key_.dp.empty() && !key_.dq.empty() && !key_.qinv.empty();
    // An inverse by Fermat's little theorem multiplies about once and a half for each bit.
    charge_modular(bits, 16 + (is_complete ? 0 : bits * 3 / 2) + 8 * key_.primes.size());
    modulus_ = big_number(key_.public_key.modulus);
    d_ = big_number(key_.d);
    if (key_.primes.size() != 2) return run_many();
    return read_pair() && (is_complete ? read_given() : compute_missing()) && check_public() && check_products() &&
           check_sizes() && keep();
  }

 private:
  bool refuse(std::string_view why) {
    if (fault_->empty()) *fault_ = why;
    return false;
  }

  bool is_modulus(const BigNumber& number) { return !is_at_most_one(number) || refuse("modulus must be > 1"); }

  bool is_reduced(const BigNumber& number, const BigNumber& modulus) {
    if (is_below(number, modulus)) return true;
    bool fits = (bits_of(number) + 63) / 64 <= (bits_of(modulus) + 63) / 64;
    return refuse(fits ? "input overflows the modulus" : "input overflows the modulus size");
  }

  BigNumber minus_one(const BigNumber& number) {
    BigNumber less(BN_dup(number.get()));
    if (less == nullptr || BN_sub_word(less.get(), 1) != 1) openssl_failed("a number");
    return less;
  }
  BigNumber remainder(const BigNumber& number, const BigNumber& modulus) {
    BigNumber rest = fresh();
    if (BN_nnmod(rest.get(), number.get(), modulus.get(), context_.get()) != 1) openssl_failed("a number");
    return rest;
  }
  BigNumber product(const BigNumber& a, const BigNumber& b, const BigNumber& modulus) {
    BigNumber out = fresh();
    if (BN_mod_mul(out.get(), a.get(), b.get(), modulus.get(), context_.get()) != 1) openssl_failed("a number");
    return out;
  }

  bool read_pair() {
    p_ = big_number(key_.primes[0]);
    q_ = big_number(key_.primes[1]);
    return is_modulus(modulus_) && is_modulus(p_) && is_modulus(q_) && is_reduced(d_, modulus_);
  }

  bool read_given() {
    dp_ = big_number(key_.dp);
    dq_ = big_number(key_.dq);
    qinv_ = big_number(key_.qinv);
    return is_reduced(qinv_, p_);
  }

  bool compute_missing() {
    BigNumber p1 = minus_one(p_);
    BigNumber q1 = minus_one(q_);
    if (!is_modulus(p1)) return false;
    dp_ = remainder(d_, p1);
    if (!is_modulus(q1)) return false;
    dq_ = remainder(d_, q1);
    if (!BN_is_odd(p_.get())) return refuse("crypto/rsa: p is even");
    // Not BN_mod_inverse: where p is no prime this gives something else, which the check then refuses.
    BigNumber p2 = minus_one(p1);
    BigNumber base = remainder(q_, p_);
    qinv_ = fresh();
    if (BN_mod_exp(qinv_.get(), base.get(), p2.get(), p_.get(), context_.get()) != 1) openssl_failed("a number");
    return true;
  }

  bool check_public() {
    int64_t e = key_.public_key.exponent;
    if (!BN_is_odd(modulus_.get())) return refuse("crypto/rsa: public modulus is even");
    if (e < 2) return refuse("crypto/rsa: public exponent too small or negative");
    if (e % 2 == 0) return refuse("crypto/rsa: public exponent is even");
    return e <= INT32_MAX || refuse("crypto/rsa: public exponent too large");
  }

  // d · e is one modulo the prime less one, and the reduced exponent is that of d.
  bool check_exponent(const BigNumber& less, const BigNumber& reduced) {
    if (!is_below(reduced, less)) return refuse("crypto/rsa: invalid CRT exponent");
    BigNumber e = fresh();
    if (BN_set_word(e.get(), static_cast<BN_ULONG>(key_.public_key.exponent)) != 1) openssl_failed("a number");
    return BN_is_one(product(e, reduced, less).get()) || refuse("crypto/rsa: invalid CRT exponent");
  }

  bool check_products() {
    if (!is_below(p_, modulus_) || !is_below(q_, modulus_)) return refuse("crypto/rsa: invalid prime");
    if (!BN_is_zero(product(p_, q_, modulus_).get())) return refuse("crypto/rsa: p * q != n");
    BigNumber p1 = minus_one(p_);
    BigNumber q1 = minus_one(q_);
    if (BN_is_one(p1.get())) return refuse("crypto/rsa: invalid prime");
    if (!check_exponent(p1, dp_)) return false;
    if (BN_is_one(q1.get())) return refuse("crypto/rsa: invalid prime");
    if (!check_exponent(q1, dq_)) return false;
    if (!BN_is_one(product(remainder(q_, p_), qinv_, p_).get())) return refuse("crypto/rsa: invalid CRT coefficient");
    if (BN_cmp(remainder(d_, p1).get(), dp_.get()) != 0) return refuse("crypto/rsa: d does not match dP");
    return BN_cmp(remainder(d_, q1).get(), dq_.get()) == 0 || refuse("crypto/rsa: d does not match dQ");
  }

  bool check_sizes() {
    if (BN_cmp(p_.get(), q_.get()) == 0) return refuse("crypto/rsa: p == q");
    BigNumber difference = fresh();
    const bool p_is_larger = BN_cmp(p_.get(), q_.get()) > 0;
    if (BN_sub(difference.get(), (p_is_larger ? p_ : q_).get(), (p_is_larger ? q_ : p_).get()) != 1) {
      openssl_failed("a number");
    }
    int half = bits_of(modulus_) / 2;
    if (bits_of(difference) <= half - 100) return refuse("crypto/rsa: |p - q| too small");
    return bits_of(d_) > half || refuse("crypto/rsa: d too small");
  }

  bool keep() {
    key_.dp = big_number_bytes(dp_.get());
    key_.dq = big_number_bytes(dq_.get());
    key_.qinv = big_number_bytes(qinv_.get());
    return true;
  }

  // Keys of more than two primes: Go computes what belongs to each and checks no more than that it can.
  bool run_many() {
    if (!is_modulus(modulus_) || !is_reduced(d_, modulus_) || !check_public()) return false;
    std::vector<BigNumber> primes;
    for (const std::string& bytes : key_.primes) {
      primes.push_back(big_number(bytes));
      if (is_at_most_one(primes.back())) return refuse("crypto/rsa: prime factor is <= 1");
    }
    key_.dp = big_number_bytes(remainder(d_, minus_one(primes[0])).get());
    key_.dq = big_number_bytes(remainder(d_, minus_one(primes[1])).get());
    if (!inverse(primes[1], primes[0], &key_.qinv)) return false;
    BigNumber before = fresh();
    if (BN_mul(before.get(), primes[0].get(), primes[1].get(), context_.get()) != 1) openssl_failed("a number");
    for (size_t i = 2; i < primes.size(); i++) {
      charge_modular(static_cast<uint64_t>(bits_of(before)), 8);
      PrivateKey::ExtraPrime& values = key_.extra.emplace_back();
      values.exponent = big_number_bytes(remainder(d_, minus_one(primes[i])).get());
      values.product = big_number_bytes(before.get());
      if (!inverse(before, primes[i], &values.coefficient)) return false;
      if (BN_mul(before.get(), before.get(), primes[i].get(), context_.get()) != 1) openssl_failed("a number");
    }
    return true;
  }

  bool inverse(const BigNumber& number, const BigNumber& modulus, std::string* bytes) {
    OpensslScope scope;
    BigNumber out(BN_mod_inverse(nullptr, number.get(), modulus.get(), context_.get()));
    if (out == nullptr) return refuse("crypto/rsa: prime factors are not relatively prime");
    *bytes = big_number_bytes(out.get());
    return true;
  }

  PrivateKey& key_;
  std::string* fault_;
  BigNumberContext context_;
  BigNumber modulus_, d_, p_, q_, dp_, dq_, qinv_;
};

}  // namespace

bool complete_rsa_private_key(PrivateKey* key, std::string* fault) {
  key->extra.clear();
  return RsaCompleter(*key, fault).run();
}

}  // namespace writ
