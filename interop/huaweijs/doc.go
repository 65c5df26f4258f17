// Package huaweijs signs the same requests with Huawei Cloud's own signer, @huaweicloud/huaweicloud-sdk-core from npm, and
// with the Go client, and compares the signatures. What the vendor's signer signs, package auditlogtest must accept. It
// contains only tests.
//
// They need node and npm. npm ci installs what package-lock.json lists. The vendor's SDK for Go has the same signer, but in
// one module with all its services, of more than 60 MB.
package huaweijs
