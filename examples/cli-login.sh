#!/bin/sh
# Signs a person in from a terminal, by the device flow (RFC 8628), and prints an access token.
#
#   ISSUER=https://auth.example.com examples/cli-login.sh > token
#   curl -H "Authorization: Bearer $(cat token)" https://auth.example.com/api/v2/me
#
# The person opens the address on any device, or the bot, and picks the number that this script shows. Needs curl and jq.
# Standard output is only the token; everything for people goes to standard error.
set -eu

ISSUER=${ISSUER:-http://localhost:8080}
CLIENT_ID=${CLIENT_ID:-neuralbox-cli}
SCOPE=${SCOPE:-openid profile}

# Prints the body of a POST. An error of the protocol is a body, too, so that only a broken connection ends the script.
post() {
  path=$1
  shift
  curl --silent --show-error --max-time 20 "$ISSUER$path" "$@"
}

fail() {
  echo "cli-login: $1" >&2
  exit 1
}

started=$(post /oauth2/device_authorization --data-urlencode "client_id=$CLIENT_ID" --data-urlencode "scope=$SCOPE")
device_code=$(echo "$started" | jq -r '.device_code // empty')
[ -n "$device_code" ] || fail "$(echo "$started" | jq -r '.error_description // .error // "the sign-in could not be started"')"

interval=$(echo "$started" | jq -r '.interval // 5')
{
  echo "Open  $(echo "$started" | jq -r '.verification_uri')"
  echo "Code  $(echo "$started" | jq -r '.user_code')"
  telegram=$(echo "$started" | jq -r '.telegram_uri // empty')
  [ -z "$telegram" ] || echo "or    $telegram"
  echo
  echo "There, pick the number  $(echo "$started" | jq -r '.match')"
} >&2

while true; do
  sleep "$interval"
  answer=$(post /oauth2/token \
    --data-urlencode "grant_type=urn:ietf:params:oauth:grant-type:device_code" \
    --data-urlencode "device_code=$device_code" \
    --data-urlencode "client_id=$CLIENT_ID") || continue
  token=$(echo "$answer" | jq -r '.access_token // empty')
  if [ -n "$token" ]; then
    echo "Signed in." >&2
    printf '%s\n' "$token"
    exit 0
  fi
  case $(echo "$answer" | jq -r '.error // empty') in
    authorization_pending) ;;
    # Slower for good, as RFC 8628 (3.5) demands.
    slow_down) interval=$((interval + 5)) ;;
    access_denied) fail "the person declined, or picked another number" ;;
    expired_token) fail "nobody answered within ten minutes" ;;
    temporarily_unavailable) ;;
    *) fail "$(echo "$answer" | jq -r '.error_description // .error // "the answer cannot be understood"')" ;;
  esac
done
