-- Vendors of AI as statements print them, as of 2026-11: the key that their own bills and logs use.
-- Made-up names match as a word anywhere; words of a language only in the vendor's own spelling, at
-- the front or with its ending ("CURSOR AI", "FIREWORKS AI"): "CURSORY BOOKS" and "MAISON CLAUDE" are others.
CREATE OR REPLACE TEMP MACRO vendor_of_words(w) AS CASE
    WHEN regexp_matches(w, ' (OPENAI|CHATGPT|CHAT GPT) |^ OPEN AI ') THEN 'openai'
    WHEN regexp_matches(w, ' ANTHROPIC |^ CLAUDE (AI|COM|PRO|MAX|TEAM|API|CODE|SUB|SUBSCRIPTION) ')
        THEN 'anthropic'
    WHEN regexp_matches(w, ' ANYSPHERE |^ CURSOR ((AI|COM|SH|PRO|USAGE|ULTRA|TEAMS?|BUSINESS|SUBSCRIPTION|IDE|INC) |$)')
        THEN 'cursor'
    WHEN regexp_matches(w, ' GITHUB (INC )?COPILOT | COPILOT GITHUB ') THEN 'github'
    WHEN regexp_matches(w, '^ (MICROSOFT|MSFT) .*COPILOT ') THEN 'microsoft'
    WHEN regexp_matches(w, '^ GOOGLE (.* )?(GEMINI|AI (PRO|ULTRA|STUDIO)|ONE AI|VERTEX AI) |^ GEMINI (API|ADVANCED) ')
        THEN 'google'
    WHEN regexp_matches(w, ' OPENROUTER ') THEN 'openrouter'
    WHEN regexp_matches(w, ' MISTRAL (AI|COM) | MISTRALAI ') THEN 'mistral'
    WHEN regexp_matches(w, '^ COHERE ((AI|COM|INC|PLATFORM|TECHNOLOGIES) |$)') THEN 'cohere'
    WHEN regexp_matches(w, '^ PERPLEXITY ') THEN 'perplexity'
    WHEN regexp_matches(w, ' DEEPSEEK ') THEN 'deepseek'
    WHEN regexp_matches(w, '^ X ?AI (LLC|CORP|API|GROK|HOLDINGS|$)|^ X ?AI $| (SUPERGROK|GROK) ') THEN 'xai'
    WHEN regexp_matches(w, ' GROQ ') THEN 'groq'
    WHEN regexp_matches(w, ' TOGETHER (AI|COMPUTER) | TOGETHERAI ') THEN 'together_ai'
    WHEN regexp_matches(w, ' FIREWORKS ?AI ') THEN 'fireworks_ai'
    WHEN regexp_matches(w, '^ REPLICATE ((COM|INC|AI) |$)') THEN 'replicate'
    WHEN regexp_matches(w, ' (HUGGINGFACE|HUGGING FACE) ') THEN 'huggingface'
    WHEN regexp_matches(w, ' (DEEPINFRA|DEEP INFRA) ') THEN 'deepinfra'
    WHEN regexp_matches(w, ' CEREBRAS ') THEN 'cerebras'
    WHEN regexp_matches(w, ' (FAL AI|FEATURES LABELS) ') THEN 'fal_ai'
    WHEN regexp_matches(w, ' RUNPOD ') THEN 'runpod'
    WHEN regexp_matches(w, ' MODAL LABS |^ MODAL COM ') THEN 'modal'
    WHEN regexp_matches(w, ' LAMBDA (LABS|CLOUD) ') THEN 'lambda'
    WHEN regexp_matches(w, ' VOYAGE ?AI ') THEN 'voyage'
    WHEN regexp_matches(w, ' STABILITY ?AI ') THEN 'stability'
    WHEN regexp_matches(w, ' MIDJOURNEY ') THEN 'midjourney'
    WHEN regexp_matches(w, ' (ELEVENLABS|ELEVEN LABS) ') THEN 'elevenlabs'
    WHEN regexp_matches(w, ' DEEPGRAM ') THEN 'deepgram'
    WHEN regexp_matches(w, ' ASSEMBLY ?AI ') THEN 'assemblyai'
    WHEN regexp_matches(w, ' NOTION AI ') THEN 'notion'
    WHEN regexp_matches(w, ' JASPER ?AI | JASPER IO ') THEN 'jasper'
    WHEN regexp_matches(w, '^ COPY ?AI ') THEN 'copy-ai'
    WHEN regexp_matches(w, ' WRITESONIC ') THEN 'writesonic'
    WHEN regexp_matches(w, ' GRAMMARLY ') THEN 'grammarly'
    WHEN regexp_matches(w, ' RUNWAY ?ML |^ RUNWAY AI ') THEN 'runwayml'
    WHEN regexp_matches(w, ' SYNTHESIA ') THEN 'synthesia'
    WHEN regexp_matches(w, ' HEYGEN ') THEN 'heygen'
    WHEN regexp_matches(w, ' (LUMA|LEONARDO|CHARACTER|KREA|IDEOGRAM|SUNO) ?AI ')
        THEN lower(regexp_extract(w, ' (LUMA|LEONARDO|CHARACTER|KREA|IDEOGRAM|SUNO) ?AI ', 1))
    WHEN regexp_matches(w, ' OTTER ?AI ') THEN 'otter'
    WHEN regexp_matches(w, ' FIREFLIES ?AI ') THEN 'fireflies'
    WHEN regexp_matches(w, ' GAMMA (APP|TECH|AI) ') THEN 'gamma'
    WHEN regexp_matches(w, '^ LOVABLE ((DEV|LABS|AI|COM) |$)') THEN 'lovable'
    WHEN regexp_matches(w, ' REPLIT ') THEN 'replit'
    WHEN regexp_matches(w, ' (CODEIUM|EXAFUNCTION) |^ WINDSURF (COM|AI|PRO|EDITOR|SUBSCRIPTION) ') THEN 'windsurf'
    WHEN regexp_matches(w, ' COGNITION (AI|LABS) |^ DEVIN AI ') THEN 'cognition'
    WHEN regexp_matches(w, ' V0 (DEV|APP|VERCEL|BY VERCEL) | VERCEL (INC )?V0 ') THEN 'vercel'
    WHEN regexp_matches(w, ' BOLT NEW | STACKBLITZ ') THEN 'stackblitz'
    WHEN regexp_matches(w, ' TABNINE ') THEN 'tabnine'
    WHEN regexp_matches(w, ' AUGMENT (CODE|COMPUTING) ') THEN 'augment'
    WHEN regexp_matches(w, ' PINECONE (IO|SYSTEMS|COM|DB) |^ PINECONE $') THEN 'pinecone'
    WHEN regexp_matches(w, ' (LANGCHAIN|LANGSMITH) ') THEN 'langchain'
    WHEN regexp_matches(w, ' (LANGFUSE|HELICONE|PORTKEY|TAVILY|FIRECRAWL) ')
        THEN lower(regexp_extract(w, ' (LANGFUSE|HELICONE|PORTKEY|TAVILY|FIRECRAWL) ', 1))
    WHEN regexp_matches(w, ' WANDB | WEIGHTS (AND )?BIASES ') THEN 'wandb'
    WHEN regexp_matches(w, ' SCALE ?AI ') THEN 'scale-ai'
END;
CREATE OR REPLACE TEMP MACRO ai_vendor(t) AS vendor_of_words(vendor_words(t));
-- Plans and seats, as far as a descriptor tells them from usage.
CREATE OR REPLACE TEMP MACRO is_subscription(t) AS regexp_matches(
    vendor_words(t),
    ' (SUB|SUBSCR(IPTIO)?N?|PLUS|PRO|MAX|TEAMS?|BUSINESS|SEATS?|PLAN|MONTHLY|ANNUAL|LICEN[CS]E|CHATGPT) |^ CLAUDE AI '
);

-- Why a line of a statement is no charge of AI; NULL when it is one.
CREATE OR REPLACE TEMP MACRO card_ignored(vendor, kind, state) AS CASE
    WHEN ai_vendor(vendor) IS NULL THEN 'no AI vendor'
    WHEN card_is_unsettled(state) THEN 'not settled'
    WHEN card_is_payment(kind) THEN 'a payment, not a purchase'
END;
