"""finops-ai: what each AI workflow and each of its outcomes cost, tied to the invoice."""

__version__ = "0.1.0"
