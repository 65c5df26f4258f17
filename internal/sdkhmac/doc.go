// Package sdkhmac signs requests with an access key of Huawei Cloud: the algorithm SDK-HMAC-SHA256 of its API gateway, as the
// vendor's "API Request Signing Guide" describes it (https://support.huaweicloud.com/intl/en-us/devg-apisign/).
//
// # The idea
//
// A signature is an HMAC over a text that both sides make of the request: method, path, query, some headers and a digest of
// the body. Proxies change requests on their way, so the text has as little as possible, and the request is changed into
// the form that is signed, wherever both forms mean the same: a gateway that takes host and query as they came then makes the
// same text as one that reads them first.
//
// # What it may not know
//
// Where keys come from, and when to sign: a signature is valid for 15 minutes, so its callers sign each attempt anew. It looks
// at no clock. Requests with a body are refused, as the API that is read has none.
//
// # How it is tested
//
// By the example that the guide publishes and those of the vendor's own tests here; against the vendor's own signer in the
// module interop. Package auditlogtest verifies signatures by code of its own.
package sdkhmac
