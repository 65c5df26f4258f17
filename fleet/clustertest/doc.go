// Package clustertest proves module fleet on a cluster of three nodes of NATS, which are processes of their own, as the
// workers are. All of them are killed, stopped and cut off while the logs of many tenants grow; in the end, the stream must hold
// every record once. The same without the fence must repeat records. It has tests only.
package clustertest
