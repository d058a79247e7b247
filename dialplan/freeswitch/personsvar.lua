-- What FreeSWITCH does with a call by itself: it hands it over, and records when nobody answers.
--
-- The manual is ../../personsvar/dialogue; nothing of it is here. The same, on Asterisk: ../extensions.conf.
-- Run by the dialplan (personsvar.xml) as `lua personsvar.lua WHAT`: `call`, `fallback` or `callback`. The names
-- personsvar_... are those of ../../personsvar/telephony/esl/esl_variables.py.
--
-- What a caller sent is a value here, and never a part of a command: nothing expands it, and no shell is run.

local SPOOL, SOUNDS, STUDIO = "@SPOOL@", "@SOUNDS@", "@STUDIO@"
local LANGUAGE = "@LANGUAGE@"
local ESL = "@ESL@"
local SRTP = "@SRTP@"
local ACCESS = "@ACCESS_DIGITS@"
local MESSAGE_SECONDS, SILENCE_SECONDS, LAST_SECONDS = @MESSAGE_SECONDS@, @SILENCE_SECONDS@, @LAST_SECONDS@
local QUIET = 66 -- the mean of a frame's samples: less is silence, as in ../../personsvar/telephony/esl/esl_line.py
local MOST_HEADERS = 50 -- instances of one header: more than any network adds
local GUARD_SECONDS = 3 -- so long a service that hangs is waited for
local RINGING = "%(1000,4000,425)" -- what an owner hears while a call back rings: ../indications.conf

local api = freeswitch.API()
local id = session:get_uuid()

local function get(name)
  return session:getVariable(name) or ""
end

local function set(name, value)
  session:setVariable(name, value)
end

-- ---- headers ------------------------------------------------------------------------------------------------

-- Every instance of a header, first lines only. The profile's parse-all-invite-headers has them in sip_i_...; one
-- that came more than once is an array there.
local function headers(name)
  local whole = get("sip_i_" .. name)
  if whole == "" then
    return {}
  end
  local values = {}
  if whole:sub(1, 7) == "ARRAY::" then
    for value in (whole:sub(8) .. "|:"):gmatch("(.-)|:") do
      values[#values + 1] = value
    end
  else
    values[1] = whole
  end
  if name == "p_asserted_identity" and get("sip_P-Asserted-Identity") ~= "" then
    values[1] = get("sip_P-Asserted-Identity") -- verbatim: of the other its user's parameters are gone
  end
  for n, value in ipairs(values) do
    values[n] = value:match("^[^\r\n]*")
  end
  return values
end

-- An address whole again: the switch has it in parts, its scheme left out.
local function address(name)
  local uri, parameters = get(name .. "_uri"), get(name .. "_params")
  if uri == "" then
    return ""
  end
  return "sip:" .. uri .. (parameters ~= "" and ";" .. parameters or "")
end

-- The switch has no From whose name looks like a variable of its own: there is the address alone. Parameters of the
-- user part, its phone-context among them, it has taken out where nobody asserts an identity.
local function sender()
  local from = get("sip_full_from")
  local parameters = get("sip_cid_type") == "" and get("sip_name_params") or ""
  if from == "" then
    return address("sip_from")
  elseif parameters == "" then
    return from
  end
  return (from:gsub("^(.-sips?:[^@>]*)@", function(user)
    return user .. ";" .. parameters .. "@"
  end, 1))
end

local function request_uri()
  return address("sip_req")
end

-- The user part of the first address in a header.
local function user_of(text)
  local first
  for _, scheme in ipairs({ "sip:", "sips:", "tel:" }) do
    local _, stop = text:lower():find(scheme, 1, true)
    first = stop and math.min(stop, first or stop) or first
  end
  return first and text:sub(first + 1):match("^[^@>;:]*") or ""
end

-- The digits of the number in a header or an address; what is odd has none: then nobody takes its caller for an owner.
local function digits(text)
  if text:sub(1, 1) == '"' then
    text = text:match('^"[^"]*"(.*)$') or ""
  end
  local user = user_of(text)
  return user:match("^%+?[0-9-]+$") and user:gsub("[^0-9]", "") or ""
end

-- Whether these are the digits of the access number: whole, with zeros in front, or without its country code (one to
-- three digits, ITU-T E.164, 6.2.1).
local function is_access(dialled)
  local rest = dialled:gsub("^0+", "")
  for left = 1, 4 do
    if rest == ACCESS:sub(left) then
      return true
    end
  end
  return false
end

-- By a Diversion, a History-Info that gives a cause, or a Request-URI that names the mailbox and the cause (RFC 4458).
local function is_sent_on()
  if #headers("diversion") > 0 then
    return true
  end
  local uri = request_uri()
  if uri:find("target=", 1, true) and uri:find("cause=", 1, true) then
    return true
  end
  for _, value in ipairs(headers("history_info")) do
    if value:find("cause", 1, true) then
      return true
    end
  end
  return false
end

-- A number is withheld by Privacy id, user or header, or by an anonymous From (../../personsvar/mailbox/arrival.py);
-- in doubt it is.
local function is_withheld()
  local privacy = headers("privacy")
  for _, value in ipairs(privacy) do
    for word in value:lower():gmatch("[a-z]+") do
      if word == "id" or word == "user" or word == "header" then
        return true
      end
    end
  end
  local from = sender():lower()
  local user = user_of(from)
  return #privacy > MOST_HEADERS
    or from:match('^[^a-z<]*anonymous[^a-z<]*<') ~= nil
    or user == "anonymous"
    or user:find("%%[4-7]") ~= nil
    or (from .. " "):find("[@:]anonymous%.invalid%.?[^a-z0-9.-]") ~= nil
end

-- ---- the spool ----------------------------------------------------------------------------------------------

local function exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

local function write(path, lines)
  local file = io.open(path, "wb")
  if not file then
    return false
  end
  local written = file:write(table.concat(lines, "\n"), "\n")
  return file:close() and written ~= nil
end

-- The name of this call's files: its id, or the next that is free (~2) where another's lie under it.
local function free_name(first)
  for n = first, 99 do
    local name = n == 1 and id or id .. "~" .. n
    if not exists(SPOOL .. "/" .. name .. ".head") then
      return name
    end
  end
  return nil
end

-- The header: what came, raw, in the form of ../../personsvar/intake/header.py. A withheld number is never written.
local function write_header(name)
  local lines = {
    "version=1",
    "id=" .. name,
    "purpose=message",
    "writer=dialplan",
    "began=" .. os.time(),
    "trunk=" .. (get("personsvar_trunk") == "1" and "1" or "0"),
    "raw-request-uri=" .. request_uri():match("^[^\r\n]*"),
  }
  local function add(header, key)
    for n, value in ipairs(headers(header)) do
      if n <= MOST_HEADERS then
        lines[#lines + 1] = "raw-" .. key .. "=" .. value
      end
    end
  end
  add("diversion", "diversion")
  add("history_info", "history-info")
  add("privacy", "privacy")
  if not is_withheld() then
    add("p_asserted_identity", "p-asserted-identity")
    lines[#lines + 1] = "raw-from=" .. sender():match("^[^\r\n]*")
  end
  return write(SPOOL .. "/" .. name .. ".head", lines)
end

-- The end mark: nothing follows of this call, so intake need not wait. Hung up before the tone: missed.
local function write_end(name, missed)
  local path = SPOOL .. "/" .. name
  if exists(path .. ".head") and not exists(path .. ".end") then
    write(path .. ".end", { "missed=" .. (missed and "1" or "0") })
  end
end

-- The latest recording the service left behind: the caller may have recorded again, and of a take that # ended in its
-- tone there is no file.
local function latest_take()
  local latest
  for n = 1, 99 do
    for _, suffix in ipairs({ ".sln", ".alaw" }) do
      local path = SPOOL .. "/" .. id .. "-" .. n .. suffix
      latest = exists(path) and path or latest
    end
  end
  return latest
end

-- ---- what is said and recorded without the service ----------------------------------------------------------

-- A file that holds something, and is no WAV under a raw name: it would crack. Of a folder nothing can be read.
local function can_be_played(path)
  local file = io.open(path, "rb")
  local first = file and file:read(4)
  if file then
    file:close()
  end
  return first ~= nil and first ~= "RIFF"
end

-- A prompt: the operator's own recording where there is one that can be played, else the built one.
local function say(prompt)
  local sound = LANGUAGE .. "/" .. prompt .. ".alaw"
  local own = STUDIO .. "/" .. sound
  session:streamFile(STUDIO ~= "" and can_be_played(own) and own or SOUNDS .. "/" .. sound)
end

local function later()
  session:answer()
  say("please-call-later")
  session:hangup()
end

-- Silence, its longest, # or hanging up end it; before the longest is over a soft tone is heard.
local function record(name)
  set("playback_terminators", "#")
  set("record_sample_rate", "8000")
  if LAST_SECONDS > 0 then
    local noise = "silence_stream://" .. MESSAGE_SECONDS * 1000 .. ",1400"
    set("record_indication", "file_string://" .. noise .. "!tone_stream://%(150,0,440)")
  end
  local limit = MESSAGE_SECONDS + LAST_SECONDS -- of whole seconds: up to one more is recorded, and none less
  local take = SPOOL .. "/" .. name .. "-1.alaw"
  local rate = math.floor((tonumber(get("read_rate")) or 8000) / 8000) -- of G.722 all is twice as loud, and over in half the time
  session:execute("record", take .. " " .. limit .. " " .. QUIET * rate .. " " .. SILENCE_SECONDS * rate)
end

local function take_message(name)
  say("fallback-greeting")
  say("tone")
  local said = session:ready()
  if said then
    record(name)
  end
  write_end(name, not said)
  if session:ready() then
    say("fallback-thanks")
    session:hangup()
  end
end

local function leave_message(first)
  local name = free_name(first)
  if name and write_header(name) then
    session:answer()
    take_message(name)
  else
    later()
  end
end

-- Owners hear "please call later": whoever dialled the access number (or a short one, which is no subscriber's) and was
-- not diverted, or was so by his own number.
local function is_owner()
  if get("personsvar_trunk") ~= "1" then
    return true
  end
  local own = digits(headers("p_asserted_identity")[1] or "")
  local diverter = digits(headers("diversion")[1] or "")
  local dialled = digits(request_uri())
  if own ~= "" and (own == diverter or own == dialled) then
    return true
  end
  return not is_sent_on() and (#dialled <= 4 or is_access(dialled))
end

local function fallback()
  local progress = get("personsvar_progress")
  set("playback_terminators", "none")
  if progress == "recording" then
    local take = latest_take()
    if take then
      session:answer()
      write_end(id, false)
      say("fallback-thanks")
      session:hangup()
    elseif exists(SPOOL .. "/" .. id .. ".head") then
      session:answer()
      take_message(id)
    else
      leave_message(2)
    end
  elseif progress == "owner" or (progress ~= "started" and is_owner()) then
    later()
  else
    leave_message(1)
  end
end

-- ---- a call comes in ----------------------------------------------------------------------------------------

local function call()
  session:setAutoHangup(false)
  session:execute("sched_transfer", "+" .. GUARD_SECONDS .. " personsvar-fallback XML personsvar")
  local guard = get("last_sched_id")
  session:execute("socket", ESL .. " async full")
  if session:ready() then
    api:executeString("sched_del " .. guard)
  end
  local progress = get("personsvar_progress")
  local is_over = progress == "done" or progress == "stored"
  if session:ready() then
    if is_over then
      session:hangup()
    else
      fallback()
    end
  elseif progress == "recording" then
    write_end(id, false)
  end
end

-- ---- key 0: call the caller back ----------------------------------------------------------------------------

-- The caller's * hangs the other end up. An answered call back that is a charge leaves word of it in the spool, for
-- when the service died meanwhile or can't write it.
local function callback()
  local number = get("personsvar_callback_number"):match("^%+%d+$")
  local showing = get("personsvar_callback_showing"):match("^%+%d+$")
  local seconds = get("personsvar_callback_ring_seconds"):match("^%d+$")
  local charge = get("personsvar_callback_charge"):match("^%d+$")
  if not (number and showing and seconds) then
    return
  end
  local began = os.time()
  set("continue_on_fail", "true")
  set("hangup_after_bridge", "false")
  set("bridge_terminate_key", "*")
  set("origination_cancel_key", "*")
  set("ringback", RINGING)
  set("originate_disposition", "")
  local secured = SRTP == "mandatory" and ",rtp_secure_media=mandatory" or ""
  session:execute(
    "bridge",
    "{origination_caller_id_number=" .. showing .. ",origination_caller_id_name=,ignore_early_media=false,call_timeout="
      .. seconds .. ",originate_timeout=" .. seconds .. secured .. "}sofia/gateway/personsvar-trunk/" .. number
  )
  if charge and get("originate_disposition") == "SUCCESS" then
    local name = id .. "-c" .. charge
    local head = {
      "version=1", "id=" .. name, "purpose=call-back", "writer=dialplan", "began=" .. began,
      "mailbox=" .. showing, "caller=" .. number,
    }
    if write(SPOOL .. "/" .. name .. ".head", head) then
      write(SPOOL .. "/" .. name .. ".end", { "missed=0" })
    end
  end
end

local what = { call = call, fallback = fallback, callback = callback }
what[argv[1]]()
