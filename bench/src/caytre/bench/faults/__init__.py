"""Fault runs: real engines, real services, real contention, and an oracle that reads only databases and topics."""
