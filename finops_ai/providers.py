"""Names of providers: many spellings, one price list."""

from __future__ import annotations

# Providers as other tools write them, and whose price list that is.
PRICE_PROVIDER = {
    "amazon": "aws-bedrock",
    "amazon-bedrock": "aws-bedrock",
    "amazon_bedrock": "aws-bedrock",
    "anthropic_text": "anthropic",
    "aws": "aws-bedrock",
    "aws.bedrock": "aws-bedrock",
    "aws_bedrock": "aws-bedrock",
    "az.ai.openai": "azure-openai",
    "azure": "azure-openai",
    "azure.ai.openai": "azure-openai",
    "azure_openai": "azure-openai",
    "azure_text": "azure-openai",
    "bedrock": "aws-bedrock",
    "bedrock_converse": "aws-bedrock",
    "bedrock_mantle": "aws-bedrock",
    "cohere_chat": "cohere",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google-vertex",
    "gemini": "google",
    "google-gla": "google",
    "google_genai": "google",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "text-completion-openai": "openai",
    "vertex_ai": "google-vertex",
    "vertex_ai-anthropic_models": "google-vertex",
    "vertex_ai-language-models": "google-vertex",
    "vertex_ai_beta": "google-vertex",
    "vertexai": "google-vertex",
    "x-ai": "xai",
    "x_ai": "xai",
}


def price_provider(provider: str) -> str:
    """Whose price list holds for calls that a log, or a contract, puts under `provider`."""
    return PRICE_PROVIDER.get(provider, provider)
