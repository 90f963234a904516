"""The delegations service: annual plans, outgoing and incoming delegations, invitations."""
