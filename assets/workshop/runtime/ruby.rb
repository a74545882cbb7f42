# What stands between Lambda's runtime API and a handler in Ruby, as AWS's own runtime does it: load the handler, ask for the next
# invocation, call the handler, post what came of it, again.
#
# The handler is named by _HANDLER (FILE.METHOD or FILE.CLASS.METHOD) in LAMBDA_TASK_ROOT. When the runtime API is gone, so is this process.

require "json"
require "net/http"

$stdout.sync = true
$stderr.sync = true

module DynatourRuntime
  HOST, PORT = ENV.fetch("AWS_LAMBDA_RUNTIME_API").split(":")
  BASE = "/2018-06-01/runtime".freeze

  # What a handler's second argument knows.
  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
                :memory_limit_in_mb, :function_version, :identity, :client_context, :deadline_ms

    def initialize(invocation)
      @deadline_ms = invocation["Lambda-Runtime-Deadline-Ms"].to_i
      @aws_request_id = invocation["Lambda-Runtime-Aws-Request-Id"]
      @invoked_function_arn = invocation["Lambda-Runtime-Invoked-Function-Arn"]
      @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
      @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
      @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
      @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
      @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
    end

    def get_remaining_time_in_millis
      [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end
  end

  class << self
    def call(request, body = nil)
      http = Net::HTTP.new(HOST, PORT.to_i, nil)
      http.read_timeout = nil
      http.max_retries = 0
      http.start { |connection| connection.request(request, body) }
    rescue SystemCallError, IOError, Net::ProtocolError
      exit!(1)
    end

    def post(what, body, headers = {})
      call(Net::HTTP::Post.new("#{BASE}/#{what}", { "Content-Type" => "application/json" }.merge(headers)), body)
    end

    # An error in the form in which Lambda reports it.
    def told(error, phase)
      trace = (error.backtrace || []).first(100).reject { |line| line.start_with?("-e:") }
      { errorMessage: error.message.dup.force_encoding("UTF-8").scrub, errorType: "#{phase}<#{error.class}>", stackTrace: trace }
    end

    def fail(error, phase, what)
      told = told(error, phase)
      $stdout.puts(JSON.generate(told))
      post(what, JSON.generate(told), { "Lambda-Runtime-Function-Error-Type" => told[:errorType] })
    end

    def load_handler
      file, *names = ENV.fetch("_HANDLER").split(".")
      raise ArgumentError, "Invalid handler #{ENV['_HANDLER']}" if names.empty? || names.size > 2

      root = ENV.fetch("LAMBDA_TASK_ROOT")
      $LOAD_PATH.unshift(root)
      require File.join(root, file)
      names
    end

    def invoke(names)
      invocation = call(Net::HTTP::Get.new("#{BASE}/invocation/next"))
      exit!(1) unless invocation.is_a?(Net::HTTPSuccess)
      id = invocation["Lambda-Runtime-Aws-Request-Id"]
      ENV["_X_AMZN_TRACE_ID"] = invocation["Lambda-Runtime-Trace-Id"]
      begin
        event = JSON.parse(invocation.body.dup.force_encoding("UTF-8"))
        *owner, method = names
        receiver = owner.empty? ? TOPLEVEL_BINDING.receiver : Object.const_get(owner.first)
        answer = receiver.__send__(method, event: event, context: Context.new(invocation)).to_json
      rescue NameError => e
        # AWS's runtime gives up after these, and after what no handler should rescue.
        fail(e, "Function", "invocation/#{id}/error")
        exit!(1)
      rescue StandardError => e
        return fail(e, "Function", "invocation/#{id}/error")
      rescue Exception => e
        fail(e, "Function", "invocation/#{id}/error")
        exit!(1)
      end
      post("invocation/#{id}/response", answer)
    end

    def run
      begin
        names = load_handler
      rescue Exception => e
        fail(e, "Init", "init/error")
        exit!(1)
      end
      loop { invoke(names) }
    end
  end
end

DynatourRuntime.run
