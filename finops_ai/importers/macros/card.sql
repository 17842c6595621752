-- Card and accounts-payable statements: amounts as people print them, signs, dates, vendors of AI.

-- An amount that can be read in one way only, as plain text: "$1,204.50", "(12.00)", "1.204,50 EUR", "12,50",
-- "5.00-", "1 204.50". Anything else comes back as it is, and is refused where it is typed.
CREATE OR REPLACE TEMP MACRO card_sign(t) AS CASE
    WHEN regexp_matches(trim(t), '^\(.*\)$|^[^0-9]*[-−]|-$|\bCR$') THEN '-'
    ELSE ''
END;
CREATE OR REPLACE TEMP MACRO card_digits(t) AS regexp_extract(
    trim(t),
    '^(?:\(|[-−+]|\s|[A-Z]{1,3}|[$€£¥])*([0-9][0-9.,'' \x{00A0}\x{202F}]*?)(?:\)|-|\s|[$€£¥]|[A-Z]{2,3})*$',
    1
);
CREATE OR REPLACE TEMP MACRO card_plain(digits, has_symbol) AS CASE
    WHEN regexp_full_match(digits, '[0-9]+(\.[0-9]+)?') THEN digits
    WHEN regexp_full_match(digits, '[0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(,[0-9]{3}){2,}')
        THEN replace(digits, ',', '')
    WHEN regexp_full_match(digits, '[1-9][0-9]{0,2},[0-9]{3}') AND has_symbol THEN replace(digits, ',', '')
    WHEN regexp_full_match(digits, '[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,2}|[0-9]+,[0-9]{1,2}|[0-9]{1,3}(\.[0-9]{3}){2,}')
        THEN replace(replace(digits, '.', ''), ',', '.')
    WHEN regexp_full_match(digits, '[0-9]{1,3}([ ''\x{00A0}\x{202F}][0-9]{3})+([.,][0-9]{1,2})?')
        THEN replace(regexp_replace(digits, '[^0-9.,]', '', 'g'), ',', '.')
END;
CREATE OR REPLACE TEMP MACRO card_text(t) AS coalesce(
    card_sign(t) || card_plain(card_digits(t), regexp_matches(t, '^[^0-9]*[$£]')), t
);
-- "1.204" is 1204 where people write it so, and 1.204 elsewhere: it is refused.
CREATE OR REPLACE TEMP MACRO card_is_ambiguous(t) AS regexp_full_match(card_digits(t), '[1-9][0-9]{0,2}\.[0-9]{3}');
CREATE OR REPLACE TEMP MACRO card_negated(plain) AS CASE
    WHEN NOT regexp_full_match(plain, '-?[0-9]+(\.[0-9]+)?') THEN plain
    WHEN starts_with(plain, '-') THEN plain[2:]
    ELSE '-' || plain
END;
-- An account's column that prints a card's number ("-71002", "x4242"), not one of the general ledger.
CREATE OR REPLACE TEMP MACRO card_is_number(account) AS coalesce(
    regexp_full_match(account, '[-xX*•. ]+[0-9]{4,5}|[0-9xX*•. -]{9,}'), false
);
CREATE OR REPLACE TEMP MACRO last_four(t) AS CASE
    WHEN length(regexp_replace(t, '[^0-9]', '', 'g')) >= 4 THEN right(regexp_replace(t, '[^0-9]', '', 'g'), 4)
    ELSE nullif(t, '')
END;
CREATE OR REPLACE TEMP MACRO card_number(t) AS TRY_CAST(card_text(t) AS DECIMAL(38, 15));
CREATE OR REPLACE TEMP MACRO card_currency(t) AS CASE
    WHEN t LIKE '%€%' THEN 'EUR'
    WHEN t LIKE '%£%' THEN 'GBP'
    WHEN regexp_matches(t, '(CA|C)\$') THEN 'CAD'
    WHEN regexp_matches(t, '(AU|A)\$') THEN 'AUD'
    WHEN t LIKE '%$%' THEN 'USD'
    ELSE nullif(regexp_extract(t, '\b(USD|EUR|GBP|CHF|CAD|AUD|JPY|INR)\b', 1), '')
END;

-- Dates as ISO text. Of 05/06/2026 the month is the first number, unless another line of the file has
-- a first number above 12.
CREATE OR REPLACE TEMP MACRO card_first_number(t) AS TRY_CAST(
    regexp_extract(t, '^([0-9]{1,2})[/-][0-9]{1,2}[/-][0-9]{2,4}', 1) AS INTEGER
);
CREATE OR REPLACE TEMP MACRO card_month_first(t, day_first) AS CASE
    WHEN day_first THEN regexp_replace(t, '^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{2,4}).*$', '\2/\1/\3')
    ELSE regexp_replace(t, '^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{2,4}).*$', '\1/\2/\3')
END;
CREATE OR REPLACE TEMP MACRO card_date(t, day_first) AS coalesce(
    CAST(CAST(CASE
        WHEN regexp_matches(t, '^[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}( |$)')
            THEN try_strptime(card_month_first(t, day_first), '%m/%d/%Y')
        WHEN regexp_matches(t, '^[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2}( |$)')
            THEN try_strptime(card_month_first(t, day_first), '%m/%d/%y')
        WHEN regexp_matches(t, '^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}( |$)')
            THEN try_strptime(split_part(t, ' ', 1), '%Y/%m/%d')
        WHEN regexp_matches(t, '^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}( |$)')
            THEN try_strptime(split_part(t, ' ', 1), '%d.%m.%Y')
        WHEN regexp_matches(t, '^[A-Za-z]{3} [0-9]{1,2}, [0-9]{4}')
            THEN try_strptime(array_to_string(string_split(t, ' ')[1:3], ' '), '%b %d, %Y')
        WHEN regexp_matches(t, '^[0-9]{1,2}[ -][A-Za-z]{3}[ -][0-9]{4}$')
            THEN try_strptime(replace(t, '-', ' '), '%d %b %Y')
    END AS DATE) AS VARCHAR), t
);

-- What a transaction's type says: payments of a bill or of the card itself are no spend.
CREATE OR REPLACE TEMP MACRO card_is_payment(kind) AS coalesce(regexp_matches(
    kind, '(?i)^(payment|bill ?payment|bill pmt|vendor payment|credit card payment|autopay|transfer|statement payment)'
), false);
CREATE OR REPLACE TEMP MACRO card_is_refund(kind) AS coalesce(regexp_matches(
    kind,
    '(?i)refund|return|reversal|chargeback|vendor credit|bill credit|credit (memo|note)|card credit|^cr$|^credit( \(|$)'
), false);
CREATE OR REPLACE TEMP MACRO card_is_unsettled(state) AS coalesce(regexp_matches(
    state, '(?i)declin|pending|void|reject|fail|cancel|revert|draft|deleted'
), false);

-- The printed amount with purchases positive and refunds negative, as text. Where one column holds both,
-- the sign that most lines of the file have is that of purchases. Windows look at the whole file.
CREATE OR REPLACE TEMP MACRO card_is_credit(debit, credit) AS coalesce(card_number(credit), 0) <> 0
AND coalesce(card_number(debit), 0) = 0;
CREATE OR REPLACE TEMP MACRO card_side(amount, debit, credit, kind) AS CASE
    WHEN NOT card_is_credit(debit, credit) AND NOT card_is_refund(kind) AND NOT card_is_payment(kind)
        THEN sign(card_number(coalesce(debit, amount)))
END;
CREATE OR REPLACE TEMP MACRO card_billed(amount, debit, credit, kind) AS CASE
    WHEN card_is_credit(debit, credit) THEN '-' || ltrim(card_text(credit), '-')
    WHEN card_is_refund(kind) AND card_number(coalesce(debit, amount)) IS NOT NULL
        THEN '-' || ltrim(card_text(coalesce(debit, amount)), '-')
    WHEN sum(card_side(amount, debit, credit, kind)) OVER () < 0
        THEN card_negated(card_text(coalesce(debit, amount)))
    ELSE card_text(coalesce(debit, amount))
END;

-- Capital words with one space around each; what payment services put in front is taken off.
CREATE OR REPLACE TEMP MACRO vendor_words(t) AS regexp_replace(
    ' ' || trim(regexp_replace(upper(strip_accents(t)), '[^A-Z0-9]+', ' ', 'g')) || ' ',
    '^ ((PAYPAL|PP|SP|SQ|TST|FS|LS|PADDLE( NET| COM)?|STRIPE|LEMSQZY|2CO COM|FASTSPRING|APPLE COM BILL|GOOGLE PLAY'
    || '|WWW|HTTPS|CHECKCARD|POS|PURCHASE) )+',
    ' '
);
