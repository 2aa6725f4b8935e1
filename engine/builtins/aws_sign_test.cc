// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;

TEST_CASE("requests signed for AWS", "[aws]") {
  constexpr Case kCases[] = {
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7bd610447d8020bef3a65fe0799b89a92bf907765f26c0a6)~"
       R"~(1cfd40ec31fb00f1", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"https://u:p@Example.com:8443/a b/%2Fc?x=1&y=a b#f"},)~"
       R"~({"aws_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1)~"
       R"~(451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=2700317310496c30e48262547b0e6d17348d87bdd5b26375)~"
       R"~(720e9064803f8dd0", "host": "Example.com:8443", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb924)~"
       R"~(27ae41e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "https://u)~"
       R"~(:p@Example.com:8443/a b/%2Fc?x=1&y=a b#f"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":""},{"aws_access_key":"AKID","aws_secret_access_key":)~"
       R"~("SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=be0d62cd3f4ad17aeb7265cf7738f64d4d5952eaa4a824fd)~"
       R"~(06aa9feb17d55a26", "host": "", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c)~"
       R"~(a495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": ""})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"mailto:a@b"},{"aws_access_key":"AKID","aws_secret_ac)~"
       R"~(cess_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=be0d62cd3f4ad17aeb7265cf7738f64d4d5952eaa4a824fd)~"
       R"~(06aa9feb17d55a26", "host": "", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c)~"
       R"~(a495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "mailto:a@b"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"%zz"},{"aws_access_key":"AKID","aws_secret_access_ke)~"
       R"~(y":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~(eval_builtin_error: providers.aws.sign_req: parse "%zz": invalid URL escape "%zz")~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"/a[b"},{"aws_access_key":"AKID","aws_secret_access_k)~"
       R"~(ey":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=8b8a39709c2a5b19b47cb443c9982c2227401ba47cefc3fa)~"
       R"~(be70ee7db9894d88", "host": "", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c)~"
       R"~(a495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "/a[b"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"execute-api","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/execute-api/aws4_requ)~"
       R"~(est,SignedHeaders=host;x-amz-date,Signature=3e26e0a186c19b541e05202233a130585753ff808684ee36864c78efd5a9)~"
       R"~(d2ee", "host": "example.com", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"glacier","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/glacier/aws4_request,)~"
       R"~(SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=682ed5f3a98cda1a2025877b3d8a2312e1664e0cdea)~"
       R"~(f8065d087805f8bcaa653", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb924)~"
       R"~(27ae41e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://ex)~"
       R"~(ample.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"","aws_secre)~"
       R"~(t_access_key":"","aws_service":"","aws_region":""},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=/20151228///aws4_request,SignedHeaders=host;x)~"
       R"~(-amz-date,Signature=b13e1dec97c378a89c5bdd079444aac3701805044f691ca95e298ed3267a2c6f", "host": "example.)~"
       R"~(com", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1","aws_session_token":"TOKEN"},1451)~"
       R"~(311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,Signature=4a3015dd13c5b1dc5b6f7176f39)~"
       R"~(8b12c578dea5b7745857c63d9c8213d1801d5", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c14)~"
       R"~(9afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z", "x-amz-security-tok)~"
       R"~(en": "TOKEN"}, "method": "get", "url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1","aws_session_token":5},1451311705)~"
       R"~(000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7bd610447d8020bef3a65fe0799b89a92bf907765f26c0a6)~"
       R"~(1cfd40ec31fb00f1", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1","disable_payload_signing":true},1)~"
       R"~(451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=e7d10757f8790bc9f75a73ee835d5aa6cf0ab263babaace9)~"
       R"~(a229c3b90d4ee87a", "host": "example.com", "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": "201)~"
       R"~(51228T140825Z"}, "method": "get", "url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1","disable_payload_signing":false},)~"
       R"~(1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7bd610447d8020bef3a65fe0799b89a92bf907765f26c0a6)~"
       R"~(1cfd40ec31fb00f1", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1","disable_payload_signing":1},1451)~"
       R"~(311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 2 invalid value for 'disable_payload_signing' in AWS config)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","headers":{"Foo":"Bar","User-Age)~"
       R"~(nt":"x","authorization":"y","X-Amzn-Trace-Id":"z","host":"other","é":"É","n":5,"list":["a"]}},{"aws_acce)~"
       R"~(ss_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},14513117050)~"
       R"~(00000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=foo;host;list;n;x-amz-content-sha256;x-amz-date;é,Signature=2a528f617f1e7cc115f340a6095e80b6a4c)~"
       R"~(6daaf8ff57d45e965604a9135b22a", "Foo": "Bar", "User-Agent": "x", "X-Amzn-Trace-Id": "z", "authorization")~"
       R"~(: "y", "host": "example.com", "list": "", "n": "", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996f)~"
       R"~(b92427ae41e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z", "é": "É"}, "method": "get", "ur)~"
       R"~(l": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","headers":{"Authorization":"x",")~"
       R"~(X-Amz-Date":"old"}},{"aws_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_re)~"
       R"~(gion":"us-east-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=6fca68eeff73c099b33d59440eafefb102ed0b2e4429321d)~"
       R"~(a00594044b60185b", "X-Amz-Date": "old", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c14)~"
       R"~(9afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", ")~"
       R"~(url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","headers":[]},{"aws_access_key":)~"
       R"~("AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000)~"
       R"~(])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 0 must be object but got array)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","body":{"a":[1,"<é>"]}},{"aws_ac)~"
       R"~(cess_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},145131170)~"
       R"~(5000000000])~",
       R"~({"body": {"a": [1, "<é>"]}, "headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-e)~"
       R"~(ast-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7cba86353872a4bdb43dc)~"
       R"~(16c1e94292f1b69a085f833079e1e4b64649c7dd2db", "host": "example.com", "x-amz-content-sha256": "de4b1fa542)~"
       R"~(19f80263b3364e116c012deb1252d0a81aeb0f6b2b0650262ab18a", "x-amz-date": "20151228T140825Z"}, "method": "g)~"
       R"~(et", "url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","body":"text"},{"aws_access_key")~"
       R"~(:"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},145131170500000000)~"
       R"~(0])~",
       R"~({"body": "text", "headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aw)~"
       R"~(s4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=d1ed7265547a9c19976ca62e89537d3e)~"
       R"~(668e1b9e7c13949b95ac27ba119daee7", "host": "example.com", "x-amz-content-sha256": "1e1d0f251d3a76fa2b1bf)~"
       R"~(c81164078572623403887db02988b504b0492e9f076", "x-amz-date": "20151228T140825Z"}, "method": "get", "url":)~"
       R"~( "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","raw_body":"text","body":1},{"aw)~"
       R"~(s_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},14513)~"
       R"~(11705000000000])~",
       R"~({"body": 1, "headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_re)~"
       R"~(quest,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=d9b416b7c8f75fae5d6c67f32574bff07231f)~"
       R"~(4f96a5f840c0fac03345294fc2a", "host": "example.com", "x-amz-content-sha256": "982d9e3eb996f559e633f4d194)~"
       R"~(def3761d909f5a3b647d1a851fead67c32c9d1", "x-amz-date": "20151228T140825Z"}, "method": "get", "raw_body":)~"
       R"~( "text", "url": "http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","raw_body":5},{"aws_access_key":)~"
       R"~("AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000)~"
       R"~(])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7bd610447d8020bef3a65fe0799b89a92bf907765f26c0a6)~"
       R"~(1cfd40ec31fb00f1", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "raw_body": 5, "url": )~"
       R"~("http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","body":null},{"aws_access_key":")~"
       R"~(AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~({"body": null, "headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4)~"
       R"~(_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=776baa359af4f1a771b8ec0fe682e3936a)~"
       R"~(d2c021e05502aa0cc937a75d690db4", "host": "example.com", "x-amz-content-sha256": "74234e98afe7498fb5daf1f)~"
       R"~(36ac2d78acc339464f950703b8c019892f982b90b", "x-amz-date": "20151228T140825Z"}, "method": "get", "url": ")~"
       R"~(http://example.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},-1])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/19691231/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=2217377af1a199a16fc5ac8948bc87827449c7354588bafc)~"
       R"~(216c76a4b6e49198", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "19691231T235959Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},0])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/19700101/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=2299925949002bc0f8bb1c7682d65040e21b3486bf7ec348)~"
       R"~(d7a08c5e24d75304", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "19700101T000000Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},9223372036854775807])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/22620411/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=ad396ac2ebe1efdef19ac0ebd56937f496750a6fa4e0f157)~"
       R"~(87a493bbcd9b1b29", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "22620411T234716Z"}, "method": "get", "url": "http://example)~"
       R"~(.com"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1.5])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 3 could not convert time_ns value into a unix timestamp)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1e+30])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 3 could not convert time_ns value into a unix timestamp)~"},
      {"providers.aws.sign_req", R"~([{},{"aws_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":)~"
       R"~("s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 missing required request parameters(s): {"method", "url"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","nope":1},{"aws_access_key":"AKI)~"
       R"~(D","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 invalid request parameters(s): {"nope"})~"},
      {"providers.aws.sign_req", R"~([{"method":1,"url":[]},{"aws_access_key":"AKID","aws_secret_access_key":"SEC)~"
       R"~(RET","aws_service":"s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 invalid values for required request parameters(s): {"method", "url"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 2 missing required AWS config parameters(s): {"aws_access_key", "aws_region", ")~"
       R"~(aws_secret_access_key", "aws_service"})~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":5},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 2 invalid values for required AWS config parameters(s): {"aws_region"})~"},
      {"providers.aws.sign_req", R"~([5,{"aws_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":")~"
       R"~(s3","aws_region":"us-east-1"},1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 must be object but got number)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},5,1451311705000000000])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 must be object but got number)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com"},{"aws_access_key":"AKID","aws_s)~"
       R"~(ecret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east-1"},"x"])~",
       R"~(eval_type_error: providers.aws.sign_req: operand 1 must be number but got string)~"},
      {"providers.aws.sign_req", R"~([{"method":"get","url":"http://example.com","timeout":"5s","tls_server_name")~"
       R"~(:"x"},{"aws_access_key":"AKID","aws_secret_access_key":"SECRET","aws_service":"s3","aws_region":"us-east)~"
       R"~(-1"},1451311705000000000])~",
       R"~({"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20151228/us-east-1/s3/aws4_request,Signe)~"
       R"~(dHeaders=host;x-amz-content-sha256;x-amz-date,Signature=7bd610447d8020bef3a65fe0799b89a92bf907765f26c0a6)~"
       R"~(1cfd40ec31fb00f1", "host": "example.com", "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae4)~"
       R"~(1e4649b934ca495991b7852b855", "x-amz-date": "20151228T140825Z"}, "method": "get", "timeout": "5s", "tls_)~"
       R"~(server_name": "x", "url": "http://example.com"})~"},
  };
  check_cases(kCases);
}

}  // namespace
}  // namespace writ
