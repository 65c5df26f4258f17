// Reads pages of an EDS audit log with the vendor's own HTTP client, which has no module for EDS but sends what it is told,
// and writes a page or a refusal per line. What to read comes as JSON on standard input.

import { readFileSync } from 'node:fs'
import core from '@huaweicloud/huaweicloud-sdk-core'
import builder from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'

const output = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr) // the vendor's client talks
const write = (line) => output(JSON.stringify(line) + '\n')

const ask = JSON.parse(readFileSync(0, 'utf8'))
const credentials = new core.BasicCredentials().withAk(ask.accessKey).withSk(ask.secretKey).withProjectId(ask.projectID)
if (ask.securityToken) {
  credentials.withSecurityToken(ask.securityToken)
}
const client = new builder.ClientBuilder((http) => http).withCredential(credentials).withEndpoint(ask.endpoint).build()

for (const queryParams of ask.queries) {
  try {
    const { data } = await client.sendRequest({
      method: 'GET',
      url: '/v1/{project_id}/eds/instances/{instance_id}/connectors/{connector_id}/audit-logs',
      contentType: 'application/json',
      pathParams: { instance_id: ask.instanceID, connector_id: ask.connectorID },
      queryParams,
      headers: {},
    })
    write({ rows: data })
  } catch (refusal) {
    write({ refusal: { status: refusal.httpStatusCode, code: refusal.errorCode, message: refusal.errorMsg } })
  }
}
