#!/bin/bash
# The AWS CLI through everything that a workshop does with a table; the endpoint and the keys are in the environment.
set -euo pipefail
table=pets_cli

dynamodb() {
    # Older versions know the endpoint as an option only. A retry would hide an answer that was wrong the first time.
    AWS_MAX_ATTEMPTS=1 aws --endpoint-url "$AWS_ENDPOINT_URL" --output text dynamodb "$@"
}

# Says what was expected and what came, and ends, unless they are the same.
same() {
    [ "$1" = "$2" ] || { echo "expected: $1"; echo "but was:  $2"; exit 1; } >&2
}

# A command that must be refused for this reason.
refused() {
    local reason=$1 said
    shift
    if said=$(dynamodb "$@" 2>&1); then
        echo "$reason was expected, not: $said" >&2
        exit 1
    fi
    case "$said" in *"($reason)"*) ;; *) echo "$reason was expected, not: $said" >&2; exit 1 ;; esac
}

refused ResourceNotFoundException describe-table --table-name "$table"
dynamodb create-table --table-name "$table" --billing-mode PAY_PER_REQUEST \
    --attribute-definitions AttributeName=owner,AttributeType=S AttributeName=n,AttributeType=N \
    --key-schema AttributeName=owner,KeyType=HASH AttributeName=n,KeyType=RANGE >created
dynamodb wait table-exists --table-name "$table"
same "$table" "$(dynamodb list-tables --query "TableNames[?@ == '$table'] | [0]")"

dynamodb put-item --table-name "$table" --item '{"owner": {"S": "猫 Ada"}, "n": {"N": "0"}, "name": {"S": "Beeba"}}'
same Beeba "$(dynamodb get-item --table-name "$table" --key '{"owner": {"S": "猫 Ada"}, "n": {"N": "0"}}' --query Item.name.S)"

# A batch of 25, given as a file.
{
    printf '{"%s": [' "$table"
    for n in $(seq 1 25); do
        [ "$n" = 1 ] || printf ','
        printf '{"PutRequest": {"Item": {"owner": {"S": "猫 Ada"}, "n": {"N": "%s"}}}}' "$n"
    done
    printf ']}'
} >batch.json
same None "$(dynamodb batch-write-item --request-items file://batch.json --query 'UnprocessedItems.none')"
same 2 "$(dynamodb batch-get-item --query "length(Responses.$table)" --request-items \
    "{\"$table\": {\"Keys\": [{\"owner\": {\"S\": \"猫 Ada\"}, \"n\": {\"N\": \"3\"}}, {\"owner\": {\"S\": \"猫 Ada\"}, \"n\": {\"N\": \"4\"}}, {\"owner\": {\"S\": \"no\"}, \"n\": {\"N\": \"4\"}}]}}")"

# Pages that the CLI puts together: 26 items by 10, and a part with a token for the rest.
same 26 "$(dynamodb scan --table-name "$table" --page-size 10 --output json --query 'length(Items)')"
same "25 24 23" "$(dynamodb query --table-name "$table" --no-scan-index-forward --max-items 3 --query 'Items[].n.N' \
    --key-condition-expression '#o = :o' --expression-attribute-names '{"#o": "owner"}' \
    --expression-attribute-values '{":o": {"S": "猫 Ada"}}' | head -n 1 | tr '\t' ' ')"

dynamodb transact-write-items --transact-items "[
    {\"Put\": {\"TableName\": \"$table\", \"Item\": {\"owner\": {\"S\": \"Bo\"}, \"n\": {\"N\": \"1\"}, \"lives\": {\"N\": \"9\"}}}},
    {\"Delete\": {\"TableName\": \"$table\", \"Key\": {\"owner\": {\"S\": \"猫 Ada\"}, \"n\": {\"N\": \"25\"}}}}]"
refused TransactionCanceledException transact-write-items --transact-items "[
    {\"Put\": {\"TableName\": \"$table\", \"Item\": {\"owner\": {\"S\": \"Bo\"}, \"n\": {\"N\": \"2\"}}}},
    {\"ConditionCheck\": {\"TableName\": \"$table\", \"Key\": {\"owner\": {\"S\": \"Bo\"}, \"n\": {\"N\": \"1\"}}, \"ConditionExpression\": \"attribute_not_exists(lives)\"}}]"

update=(update-item --table-name "$table" --key '{"owner": {"S": "Bo"}, "n": {"N": "1"}}' --return-values UPDATED_NEW
    --update-expression 'ADD lives :minus' --condition-expression 'lives = :nine'
    --expression-attribute-values '{":minus": {"N": "-1"}, ":nine": {"N": "9"}}')
same 8 "$(dynamodb "${update[@]}" --query Attributes.lives.N)"
refused ConditionalCheckFailedException "${update[@]}"
refused ValidationException get-item --table-name "$table" --key '{"owner": {"S": "no sort key"}}'
refused ResourceNotFoundException scan --table-name no_such_table

same 8 "$(dynamodb delete-item --table-name "$table" --key '{"owner": {"S": "Bo"}, "n": {"N": "1"}}' \
    --return-values ALL_OLD --query Attributes.lives.N)"
dynamodb delete-table --table-name "$table" >deleted
dynamodb wait table-not-exists --table-name "$table"
refused ResourceNotFoundException describe-table --table-name "$table"
echo 'everything holds'
