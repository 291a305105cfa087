-- Takes the viewers of COOKIES (one cookie a line) in turn at ADDRESS.
local address = os.getenv("ADDRESS")
local requests, turn = {}, 0

init = function(args)
  for cookie in io.lines(os.getenv("COOKIES")) do
    requests[#requests + 1] = wrk.format("GET", address, { ["Host"] = "bench", ["Cookie"] = cookie })
  end
end

request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
