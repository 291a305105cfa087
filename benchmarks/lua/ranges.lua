-- Asks for ranges of RANGE_BYTES, one after the other through a file of FILE_BYTES, at ADDRESS.
local address = os.getenv("ADDRESS")
local range_bytes = tonumber(os.getenv("RANGE_BYTES"))
local file_bytes = tonumber(os.getenv("FILE_BYTES"))
local requests, turn = {}, 0

init = function(args)
  for offset = 0, file_bytes - range_bytes, range_bytes do
    local range = string.format("bytes=%d-%d", offset, offset + range_bytes - 1)
    requests[#requests + 1] = wrk.format("GET", address, { ["Host"] = "bench", ["Range"] = range })
  end
end

request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
