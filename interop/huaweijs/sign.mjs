// Signs requests with the vendor's own signer. They come as a JSON array on standard input; the headers of each, with its
// signature, go to standard output.

import { readFileSync } from 'node:fs'
import signer from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js'

const requests = JSON.parse(readFileSync(0, 'utf8'))
const signed = requests.map(({ method, endpoint, query, headers, accessKey, secretKey }) =>
  signer.AKSKSigner.sign(
    { method, endpoint, queryParams: query, headers },
    { getAk: () => accessKey, getSk: () => secretKey },
  ),
)
process.stdout.write(JSON.stringify(signed))
