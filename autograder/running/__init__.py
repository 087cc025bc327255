"""Run submissions: one in this process, many through workers here or on a cluster."""
